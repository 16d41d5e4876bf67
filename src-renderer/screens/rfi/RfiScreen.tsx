import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import type { EngagementView } from "../../../src-main/contract/engagements.ts";
import { platforms } from "../../../src-main/contract/names.ts";
import { type FormContext, sections } from "../../../src-main/contract/rfi/form.ts";
import type { RfiView } from "../../../src-main/contract/rfi.ts";
import { api } from "../../client.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { useEngagement } from "../../queries.ts";
import { AnswersFile } from "./AnswersFile.tsx";
import { MissingAnswers } from "./MissingAnswers.tsx";
import classes from "./rfi.module.css";
import { SectionForm } from "./SectionForm.tsx";
import { SectionMap } from "./SectionMap.tsx";

/** The Request for Information: sections left, questions right, what is missing named. */
export function RfiScreen() {
  const { id = "", section = sections[0]?.id } = useParams();
  const engagement = useEngagement(id);
  const rfi = useQuery(api.rfi.get.queryOptions({ input: { engagement: id } }));
  const error = engagement.error ?? rfi.error;
  if (error) {
    return (
      <>
        <PageHeader title="Request for Information" />
        <FailureNotice error={error} title="The answers could not be read." onRetry={() => void rfi.refetch()} />
      </>
    );
  }
  if (!engagement.data || !rfi.data) return <Loading rows={9} label="Loading the answers" />;
  return <Rfi view={engagement.data} rfi={rfi.data} section={section ?? ""} />;
}

function Rfi({ view, rfi, section }: { view: EngagementView; rfi: RfiView; section: string }) {
  const context: FormContext = { family: platforms[view.platform].family, services: view.services };
  const { answered, asked, gaps } = rfi.completeness;
  const shown = sections.find(({ id }) => id === section) ?? sections[0];
  if (!shown) return null;
  return (
    <>
      <PageHeader
        title="Request for Information"
        status={
          <span className={classes.meter}>
            <meter min={0} max={Math.max(asked, 1)} value={answered} aria-label="Questions answered" />
            {answered} of {asked} answered
          </span>
        }
        actions={<AnswersFile engagement={view.engagement} readOnly={rfi.readOnly} />}
      />
      {rfi.readOnly && (
        <Notice>
          <span>
            These answers are signed and read-only.{" "}
            <Link href={`/e/${view.engagement}/step/rfi/sign-off`}>Reopen step 1</Link> to change them.
          </span>
        </Notice>
      )}
      <div className={classes.columns}>
        <SectionMap engagement={view.engagement} completeness={rfi.completeness} shown={shown.id} />
        <div className={classes.page}>
          <SectionForm
            key={`${view.engagement} ${shown.id}`}
            engagement={view.engagement}
            section={shown}
            context={context}
            rfi={rfi}
          />
          <MissingAnswers engagement={view.engagement} gaps={gaps} />
        </div>
      </div>
    </>
  );
}

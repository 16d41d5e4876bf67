import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useParams } from "wouter";
import type { ReportView } from "../../../src-main/contract/reports.ts";
import { api } from "../../client.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import text from "../../components/text.module.css";
import { errorToShow } from "../../failing.ts";
import { DocumentTable } from "./DocumentTable.tsx";
import { MakeDocument } from "./MakeDocument.tsx";
import { VerifyFile } from "./VerifyFile.tsx";

const PdfPreview = lazy(() => import("./PdfPreview.tsx").then((module) => ({ default: module.PdfPreview })));

/** The PDFs of the engagement: made here, looked at here, saved from here. */
export function DocumentsScreen() {
  const { id = "" } = useParams();
  const list = useQuery(api.reports.list.queryOptions({ input: { engagement: id } }));
  const [previewed, setPreviewed] = useState<string | null>(null);
  const reports = list.data?.reports ?? [];
  const shown = reports.find(({ download }) => download === previewed);
  return (
    <>
      <PageHeader title="Documents">
        One PDF per step. A signed step gives a numbered revision that is kept in the engagement; before that, a draft.
      </PageHeader>
      <MakeDocument engagement={id} onMade={setPreviewed} />
      {list.isPending && <Loading label="Loading the documents" />}
      <FailureNotice error={errorToShow(list)} title="The list was not read." onRetry={() => void list.refetch()} />
      {list.data && reports.length === 0 && (
        <EmptyState title="No documents yet">
          Choose a step above and make its PDF. It is opened again and checked before it appears here.
        </EmptyState>
      )}
      {reports.length > 0 && <DocumentTable reports={reports} previewed={previewed} onPreview={setPreviewed} />}
      {shown && <Preview report={shown} onClose={() => setPreviewed(null)} />}
      <section className={text.section} aria-labelledby="verify">
        <h2 id="verify">Verify a file</h2>
        <p className={text.lead}>An engagement file or a document somebody sent. Nothing is taken over.</p>
        <VerifyFile />
      </section>
    </>
  );
}

function Preview({ report, onClose }: { report: ReportView; onClose: () => void }) {
  return (
    <Suspense fallback={<Loading label="Loading the preview" />}>
      <PdfPreview key={report.download} report={report} onClose={onClose} />
    </Suspense>
  );
}

import { Button } from "@mantine/core";
import type { ReportView } from "../../../src-main/contract/reports.ts";
import { useCommands } from "../../commands/CommandProvider.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import { Moment } from "../../components/Moment.tsx";
import { Mono } from "../../components/Mono.tsx";
import { SignOffMark } from "../../components/SignOffMark.tsx";
import tables from "../../components/table.module.css";
import text from "../../components/text.module.css";
import { saveDownload } from "../../files.ts";
import { formatSize } from "../../words/time.ts";
import classes from "./documents.module.css";

interface DocumentTableProps {
  reports: readonly ReportView[];
  previewed: string | null;
  onPreview: (download: string | null) => void;
}

export function DocumentTable({ reports, previewed, onPreview }: DocumentTableProps) {
  return (
    <table className={tables.table} data-align="middle">
      <thead>
        <tr>
          <th>Document</th>
          <th>Signature</th>
          <th>SHA-256</th>
          <th data-number="true">Size</th>
          <th>Made</th>
          <th>
            <span className="fb-visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {reports.map((report) => (
          <DocumentRow
            key={report.download}
            report={report}
            isPreviewed={report.download === previewed}
            onPreview={onPreview}
          />
        ))}
      </tbody>
    </table>
  );
}

interface DocumentRowProps {
  report: ReportView;
  isPreviewed: boolean;
  onPreview: (download: string | null) => void;
}

function DocumentRow({ report, isPreviewed, onPreview }: DocumentRowProps) {
  const { act } = useCommands();
  const { download, title, revision, signOffState, sha256, size, author, at } = report;
  const isDraft = signOffState === "draft";
  const name = isDraft ? `${title}, draft` : `${title}, revision ${revision}`;
  return (
    <tr aria-current={isPreviewed ? "true" : undefined}>
      <td>
        <span className={text.strong}>{title}</span>
        {!isDraft && <span className={text.soft}> Revision {revision}</span>}
      </td>
      <td>
        <SignOffMark state={signOffState} />
      </td>
      <td className={classes.hash} title={sha256}>
        <Mono>{`${sha256.slice(0, 12)}…`}</Mono>
        <CopyButton value={sha256} label="Copy" />
      </td>
      <td data-number="true">{formatSize(size)}</td>
      <td className={text.soft}>
        {author}, <Moment at={at} />
      </td>
      <td className={tables.rowActions}>
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={isPreviewed}
          aria-label={`Preview ${name}`}
          onClick={() => onPreview(isPreviewed ? null : download)}
        >
          Preview
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Save ${name}`}
          onClick={() => act("The document was not saved", () => saveDownload(download))}
        >
          Save…
        </Button>
      </td>
    </tr>
  );
}

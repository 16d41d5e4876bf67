import { PageHeader } from "../../components/PageHeader.tsx";
import { VerifyFile } from "./VerifyFile.tsx";

/** Verifies an engagement file or document that somebody sent, without opening it as one’s own. */
export function VerifyScreen() {
  return (
    <>
      <PageHeader title="Verify a file">
        An engagement file or a PDF made by this program. It is read, checked and forgotten; nothing is taken over.
      </PageHeader>
      <VerifyFile />
    </>
  );
}

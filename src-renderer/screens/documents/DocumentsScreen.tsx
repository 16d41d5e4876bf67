import { PageHeader } from "../../components/PageHeader.tsx";

export function DocumentsScreen() {
  return <PageHeader title="Documents" />;
}

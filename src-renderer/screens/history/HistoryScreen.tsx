import { PageHeader } from "../../components/PageHeader.tsx";

export function HistoryScreen() {
  return <PageHeader title="History" />;
}

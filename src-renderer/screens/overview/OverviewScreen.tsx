import { PageHeader } from "../../components/PageHeader.tsx";

export function OverviewScreen() {
  return <PageHeader title="Overview" />;
}

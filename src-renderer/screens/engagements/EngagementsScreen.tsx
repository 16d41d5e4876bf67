import { PageHeader } from "../../components/PageHeader.tsx";

export function EngagementsScreen() {
  return <PageHeader title="Engagements" />;
}

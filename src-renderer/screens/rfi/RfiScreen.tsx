import { PageHeader } from "../../components/PageHeader.tsx";

export function RfiScreen() {
  return <PageHeader title="Rfi" />;
}

import { PageHeader } from "../../components/PageHeader.tsx";

export function StepScreen() {
  return <PageHeader title="Step" />;
}

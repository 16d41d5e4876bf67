import { PageHeader } from "../../components/PageHeader.tsx";

export function SignOffScreen() {
  return <PageHeader title="SignOff" />;
}

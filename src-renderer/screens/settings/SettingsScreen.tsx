import { PageHeader } from "../../components/PageHeader.tsx";

export function SettingsScreen() {
  return <PageHeader title="Settings" />;
}

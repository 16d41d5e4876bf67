import { Link } from "wouter";
import { EmptyState } from "../components/EmptyState.tsx";
import { PageHeader } from "../components/PageHeader.tsx";

export function NotFound() {
  return (
    <>
      <PageHeader title="No such page" />
      <EmptyState title="There is nothing at this address" actions={<Link href="/">Go to the engagements</Link>}>
        The link may be from another version of the program. Your engagements are untouched.
      </EmptyState>
    </>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import type { RehearsalView } from "../../../src-main/contract/rehearsal.ts";
import { api } from "../../client.ts";

/** Puts a reply in the place of what was fetched, so that the page does not wait for the event. */
export function useKeepView(): (view: RehearsalView) => void {
  const queries = useQueryClient();
  return (view) => queries.setQueryData(api.rehearsal.get.queryKey({ input: {} }), view);
}

import { QueryClient, useQuery } from "@tanstack/react-query";
import { api } from "./client.ts";

/** The engine is on this machine: queries never wait for a network, and the engine tells when something changed. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { networkMode: "always", retry: false, staleTime: 30_000, refetchOnWindowFocus: false },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

export const useEngagement = (engagement: string) =>
  useQuery(api.engagements.get.queryOptions({ input: { engagement } }));
export const useSettings = () => useQuery(api.settings.get.queryOptions({ input: {} }));

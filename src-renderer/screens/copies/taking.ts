import { useMutation } from "@tanstack/react-query";
import { useLocation } from "wouter";
import type { Examination } from "../../../src-main/contract/copies.ts";
import { api, client } from "../../client.ts";
import { tell } from "../../told.ts";
import { rememberReturn } from "../../views.ts";
import { describeUnion } from "../../words/copies.ts";
import { countNoun } from "../../words/steps.ts";

/** Takes the examined copy in and opens the engagement with a sentence on what came of it. */
export function useTakeIn(copy: Examination) {
  const [, navigate] = useLocation();
  return useMutation(
    api.copies.accept.mutationOptions({
      onSuccess: ({ engagement, incoming, conflicts }) => {
        const at = `/e/${engagement}`;
        navigate(at, { replace: true });
        if (copy.relation === "new")
          return tell({ at, text: `Taken in with ${countNoun(copy.entries, "entry", "entries")}.` });
        const link = { href: `${at}/conflicts`, words: "Decide them" };
        tell({ at, text: describeUnion({ incoming, conflicts }), ...(conflicts > 0 ? { link } : {}) });
      },
    }),
  );
}

/** Opens the engagement that is here already, when the copy holds nothing new. */
export function useOpenSame(copy: Examination) {
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: () => client.copies.discard({ candidate: copy.candidate }),
    onSuccess: () => {
      const at = `/e/${copy.engagement}`;
      navigate(at, { replace: true });
      tell({ at, text: `${copy.name} holds nothing that is not here; nothing was changed.` });
    },
  });
}

/** Opens the examined copy for reading, beside everything that is here. To take it in afterwards it is chosen again. */
export function useLook(copy: Examination) {
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: () => client.copies.look({ candidate: copy.candidate }),
    onSuccess: ({ engagement }) => {
      rememberReturn(engagement, "/take-in");
      navigate(`/e/${engagement}`, { replace: true });
    },
  });
}

/** Forgets the examined copy; the file itself is not touched. */
export function useDiscard(copy: Examination) {
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: () => client.copies.discard({ candidate: copy.candidate }),
    onSuccess: () => {
      const at = copy.relation === "new" ? "/" : `/e/${copy.engagement}`;
      navigate(at, { replace: true });
      tell({ at, text: `${copy.name} was not taken in; nothing was changed.` });
    },
  });
}

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

/** A question to the network that a person starts and may stop. The last answer stays until the next one is there; leaving the page stops it. */
export function useAsking<Question, Answer>(ask: (question: Question, signal: AbortSignal) => Promise<Answer>) {
  const abort = useRef<AbortController | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asking = useMutation({
    mutationFn: (question: Question) => {
      abort.current?.abort();
      abort.current = new AbortController();
      return ask(question, abort.current.signal);
    },
    onSuccess: setAnswer,
  });
  useEffect(() => () => abort.current?.abort(), []);
  return {
    answer,
    error: asking.error,
    isPending: asking.isPending,
    ask: (question: Question) => asking.mutate(question),
    stop: () => {
      abort.current?.abort();
      asking.reset();
    },
    clear: () => {
      abort.current?.abort();
      asking.reset();
      setAnswer(null);
    },
  };
}

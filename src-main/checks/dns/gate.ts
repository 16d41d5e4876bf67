import { abortReason } from "../node-net.ts";
import type { CancelSignal } from "../types.ts";

/**
 * Questions open at once to one server, whoever asks. More than a common forwarder takes (dnsmasq: 150) would be dropped or refused;
 * response rate limiting of name servers counts equal answers to a network, which the run's cache never asks for twice.
 */
const mostOpen = { recursive: 100, authoritative: 50 } as const;

interface Gate {
  open: number;
  waiting: (() => void)[];
}
const gates = new Map<string, Gate>();

/**
 * Does the work when fewer than the polite number of questions are open to the server. Who came last goes first: a question that
 * follows from answers lies on a longer way than those that wait to begin. Waiting ends by cancelling.
 */
export async function passGate<T>(
  server: string,
  role: keyof typeof mostOpen,
  signal: CancelSignal,
  work: () => Promise<T>,
): Promise<T> {
  const gate = gates.get(server) ?? { open: 0, waiting: [] };
  gates.set(server, gate);
  if (gate.open < mostOpen[role]) gate.open++;
  else await waitForTurn(gate, signal);
  try {
    return await work();
  } finally {
    const next = gate.waiting.at(-1);
    if (next) next();
    else gate.open--;
    if (gate.open === 0) gates.delete(server);
  }
}

/** The place of the question that ended is handed on, so `open` stays as it is. */
function waitForTurn({ waiting }: Gate, signal: CancelSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      waiting.splice(waiting.lastIndexOf(enter), 1);
      signal.removeEventListener("abort", onAbort);
      end();
    };
    const enter = () => settle(resolve);
    const onAbort = () => settle(() => reject(abortReason(signal)));
    waiting.push(enter);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

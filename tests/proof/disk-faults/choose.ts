import { type Called, errorNames, type Fault, type Mode } from "./control.ts";

const staying = ["ENOSPC", "EROFS", "EIO"] as const;

const isWrite = ({ name }: Called): boolean => /^p?writev?$/.test(name);

/** Every way the disk can fail at one call: once with each error, for good, or in the middle of a write. */
function listFaults(called: Called, call: number): Fault[] {
  return [
    ...errorNames.map((error): Fault => ({ call, error, mode: "once" })),
    ...staying.map((error): Fault => ({ call, error, mode: "on" })),
    ...(isWrite(called) ? [{ call, error: "ENOSPC", mode: "short" } as const] : []),
  ];
}

/** Calls of one kind do the same to the same file. Random parts of names do not count. */
const kindOf = ({ name, path }: Called): string => `${name} ${path.replace(/[0-9a-f]{8,}|fieldbook-\w{6}/g, "~")}`;

/**
 * The faults of an operation. `thorough` lists all. Otherwise every call fails once, with one error after the other; the
 * first and last call of each kind fail once more with another error, for good, and in the middle of a write.
 */
export function chooseFaults(calls: Called[], thorough: boolean): Fault[] {
  const kinds = calls.map(kindOf);
  const at = <T>(list: readonly T[], index: number): T[] => list.slice(index % list.length).slice(0, 1);
  return calls.flatMap((called, index) => {
    const all = listFaults(called, index + 1);
    if (thorough) return all;
    const [once, on, short] = (["once", "on", "short"] as const).map((mode) => all.filter((f) => f.mode === mode));
    const kind = kinds[index] ?? "";
    const isEdge = kinds.indexOf(kind) === index || kinds.lastIndexOf(kind) === index;
    const more = isEdge ? [...at(once ?? [], index + 1), ...at(on ?? [], index), ...(short ?? [])] : [];
    return [...at(once ?? [], index), ...more];
  });
}

/** A pair of failing calls. */
export function chooseDouble(calls: Called[], random: { next(below: number): number }): Fault {
  const mode: Mode = "once";
  const error = errorNames[random.next(errorNames.length)] ?? "EIO";
  const call = 1 + random.next(calls.length);
  return { call, error, mode, second: call + 1 + random.next(20) };
}

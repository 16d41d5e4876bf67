import { describe, expect, test } from "vitest";
import { runCheckSet } from "../../../src-main/engine/check-set.ts";

/** Items that end when told to, and the progress that was reported. */
function createSet(titles: string[]) {
  const controller = new AbortController();
  const ends = new Map<string, { resolve(): void; reject(error: Error): void }>();
  const told: string[] = [];
  const items = titles.map((title) => ({
    title,
    run: (progress: (message: string) => void) =>
      new Promise<void>((resolve, reject) => {
        progress("asking");
        ends.set(title, { resolve, reject });
        controller.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      }),
  }));
  const progress = (done: number, total: number, message: string) => void told.push(`${done}/${total} ${message}`);
  const set = runCheckSet(items, { signal: controller.signal, progress });
  return { set, ends, told, controller };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("a set of checks", () => {
  test("runs side by side, counts what has ended and names what is waited for", async () => {
    const { set, ends, told } = createSet(["SPF", "Smart hosts", "DMARC"]);
    await settle();
    expect([...ends.keys()]).toEqual(["SPF", "Smart hosts", "DMARC"]);
    ends.get("DMARC")?.resolve();
    await settle();
    ends.get("SPF")?.resolve();
    await settle();
    ends.get("Smart hosts")?.resolve();
    await set;
    expect(told).toEqual([
      ...["SPF", "Smart hosts", "DMARC"].flatMap((title) => [`0/3 ${title}`, `0/3 ${title}: asking`]),
      "1/3 waiting for SPF, Smart hosts",
      "2/3 waiting for Smart hosts",
      "3/3 ",
    ]);
  });

  test("a check that fails by a bug stops none of the others, and is told at the end", async () => {
    const { set, ends, told } = createSet(["SPF", "DMARC"]);
    const ended = expect(set).rejects.toThrow("a bug");
    await settle();
    ends.get("SPF")?.reject(new Error("a bug"));
    await settle();
    expect(told.at(-1)).toBe("1/2 waiting for DMARC");
    ends.get("DMARC")?.resolve();
    await ended;
    expect(told.at(-1)).toBe("2/2 ");
  });

  test("cancelling ends all of them and is what the set rejects with", async () => {
    const { set, ends, controller } = createSet(["SPF", "DMARC"]);
    const ended = expect(set).rejects.toMatchObject({ name: "AbortError" });
    await settle();
    ends.get("SPF")?.resolve();
    await settle();
    controller.abort();
    await ended;
  });
});

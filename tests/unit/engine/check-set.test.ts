import { describe, expect, test } from "vitest";
import type { Job } from "../../../src-main/contract/jobs.ts";
import { runCheckSet } from "../../../src-main/engine/check-set.ts";
import type { JobControl } from "../../../src-main/engine/jobs.ts";

/** Items that end when told to, and the progress that was reported. */
function createSet(titles: string[]) {
  const controller = new AbortController();
  const ends = new Map<string, { resolve(): void; reject(error: Error): void }>();
  const told: string[] = [];
  const actives: Job["active"][] = [];
  const items = titles.map((title) => ({
    id: title.toLowerCase().replace(" ", "-"),
    title,
    run: (progress: (message: string) => void) =>
      new Promise<void>((resolve, reject) => {
        progress("asking");
        ends.set(title, { resolve, reject });
        controller.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      }),
  }));
  const progress: JobControl["progress"] = (done, total, message, active = []) => {
    told.push(`${done}/${total} ${message}`);
    actives.push(active);
  };
  const set = runCheckSet(items, { signal: controller.signal, progress });
  return { set, ends, told, actives, controller };
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

  test("tells of each check under way what it says", async () => {
    const { set, ends, actives } = createSet(["SPF", "Smart hosts"]);
    await settle();
    expect(actives[0]).toEqual([{ part: "spf", message: "" }]);
    expect(actives.at(-1)).toEqual([
      { part: "spf", message: "asking" },
      { part: "smart-hosts", message: "asking" },
    ]);
    ends.get("SPF")?.resolve();
    await settle();
    expect(actives.at(-1)).toEqual([{ part: "smart-hosts", message: "asking" }]);
    ends.get("Smart hosts")?.resolve();
    await set;
    expect(actives.at(-1)).toEqual([]);
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

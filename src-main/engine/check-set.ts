import { mapWithWidth } from "../checks/index.ts";
import type { JobControl } from "./jobs.ts";

/**
 * Checks of a set that run at the same time. All of a step's usual ones, so that the slowest alone decides how long a set takes;
 * the manners of the network keep them from crowding a host.
 */
const width = 12;

export interface SetItem {
  id: string;
  title: string;
  run(progress: (message: string) => void): Promise<void>;
}

/**
 * Runs checks side by side. One that fails by a bug stops none of the others; its error is thrown when all have ended, and so is the
 * AbortError of a cancelled set. Results are the items' own business, so that those complete are kept whatever happens to the rest.
 */
export async function runCheckSet(items: readonly SetItem[], control: JobControl): Promise<void> {
  const running = new Map<string, { title: string; message: string }>();
  const errors: unknown[] = [];
  let done = 0;
  const tell = (message: string) => {
    const active = [...running].map(([part, { message }]) => ({ part, message }));
    control.progress(done, items.length, message, active);
  };
  await mapWithWidth(items, width, async ({ id, title, run }) => {
    if (control.signal.aborted) return;
    running.set(id, { title, message: "" });
    tell(title);
    try {
      await run((message) => {
        running.set(id, { title, message });
        tell(`${title}: ${message}`);
      });
    } catch (error) {
      errors.push(error);
    }
    running.delete(id);
    done++;
    const left = [...running.values()].map(({ title }) => title);
    tell(left.length > 0 ? `waiting for ${left.join(", ")}` : "");
  });
  control.signal.throwIfAborted();
  if (errors.length > 0) throw errors[0];
}

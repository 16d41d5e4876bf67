import Store from "electron-store";
import * as z from "zod";

const bounds = z.strictObject({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(200),
  height: z.number().int().min(200),
});
const preferencesSchema = z.strictObject({
  bounds: bounds.nullable(),
  maximized: z.boolean(),
  recent: z.array(z.string().max(4_096)).max(10),
});
export type Preferences = z.infer<typeof preferencesSchema>;
export type Bounds = z.infer<typeof bounds>;

const defaults: Preferences = { bounds: null, maximized: false, recent: [] };

/** Window state and recent files. Never engagement data; a file that does not fit its schema gives the defaults. */
export class PreferenceStore {
  readonly #store = new Store<{ preferences: Preferences }>({ name: "preferences", clearInvalidConfig: true });

  get(): Preferences {
    const parsed = preferencesSchema.safeParse(this.#store.get("preferences"));
    return parsed.success ? parsed.data : defaults;
  }
  set(change: Partial<Preferences>): void {
    try {
      this.#store.set("preferences", { ...this.get(), ...change });
    } catch {
      // A full disk must not keep a window from closing; where it stood is worth less.
    }
  }
}

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The saved bounds moved and shrunk so that the window lies wholly on a display that exists now. */
export function fitToDisplay(saved: Bounds | null, area: Area, usual = { width: 1_280, height: 820 }): Bounds {
  const width = Math.min(saved?.width ?? usual.width, area.width);
  const height = Math.min(saved?.height ?? usual.height, area.height);
  const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
  const centred = {
    x: area.x + Math.round((area.width - width) / 2),
    y: area.y + Math.round((area.height - height) / 2),
  };
  return {
    x: within(saved?.x ?? centred.x, area.x, area.x + area.width - width),
    y: within(saved?.y ?? centred.y, area.y, area.y + area.height - height),
    width,
    height,
  };
}

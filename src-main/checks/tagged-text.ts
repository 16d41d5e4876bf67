/** Fields of a record such as `v=STSv1; id=20261123` (RFC 8461 3.1, RFC 8460 3). */
export interface TaggedText {
  text: string;
  /** Fields behind the version by name as written; the first of a repeated name counts. */
  fields: ReadonlyMap<string, string>;
  /** Parts that are no `name=value`. */
  strays: string[];
  repeated: string[];
}

/** Texts that begin with `v=VERSION;`, as senders select them; the version is told apart by case. */
export const selectTagged = (texts: readonly string[], version: string): string[] =>
  texts.filter((text) => new RegExp(`^v=${version}[ \\t]*;`).test(text));

/** Texts that were meant to begin with `v=VERSION;` but do not, so that senders pass them over. */
export const selectLookalikes = (texts: readonly string[], version: string): string[] =>
  texts.filter((text) => {
    const start = text
      .slice(0, 40)
      .replace(/[^\w=]/g, "")
      .toLowerCase();
    return selectTagged([text], version).length === 0 && start.startsWith(`v=${version.toLowerCase()}`);
  });

/** Reads the fields of a selected text. Hostile text gives strays, never an exception. */
export function parseTagged(text: string): TaggedText {
  const fields = new Map<string, string>();
  const [strays, repeated]: [string[], string[]] = [[], []];
  for (const part of text.split(";").slice(1)) {
    const trimmed = part.trim();
    if (trimmed === "") continue;
    const [, name = "", value = ""] = /^([A-Za-z0-9][\w.-]{0,31})[ \t]*=[ \t]*(.*)$/s.exec(trimmed) ?? [];
    if (name === "") strays.push(trimmed);
    else if (fields.has(name)) repeated.push(name);
    else fields.set(name, value);
  }
  return { text, fields, strays, repeated };
}

const placeholders = ["undefined", "NaN", "[object"];

/** What a sentence shows of a missing value, as far as it was not in what it quotes: random texts may hold the same words. */
export function findPlaceholders(text: string, given: unknown = null): string[] {
  const quoted = JSON.stringify(given);
  return placeholders.filter((word) => text.includes(word) && !quoted.includes(word));
}

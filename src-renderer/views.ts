const returns = new Map<string, string>();

/** Remembers from which page a copy or snapshot was opened for reading, so that closing it leads back there. */
export function rememberReturn(view: string, address: string): void {
  returns.set(view, address);
}

/** Where closing a view leads: back to where it was opened, or to the engagements. */
export const returnOf = (view: string): string => returns.get(view) ?? "/";

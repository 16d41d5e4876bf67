const named = "main label, main button, main summary, main legend, main h2, main h3";

function findNamed(name: string): HTMLElement | null {
  const holder = [...document.querySelectorAll<HTMLElement>(named)].find((element) =>
    (element.textContent ?? "").trim().startsWith(name),
  );
  if (!(holder instanceof HTMLLabelElement)) return holder ?? null;
  return (
    holder.control ?? holder.parentElement?.querySelector<HTMLElement>("input, textarea, select, button") ?? holder
  );
}

/** Moves the focus to the field, task or heading of that name on the page just opened, once it is there. */
export function focusWhenThere(name: string, tries = 20): void {
  const found = findNamed(name);
  if (!found) {
    if (tries > 0) setTimeout(() => focusWhenThere(name, tries - 1), 100);
    return;
  }
  if (found.tabIndex < 0) found.tabIndex = -1;
  found.scrollIntoView({ block: "center" });
  found.focus({ preventScroll: true });
}

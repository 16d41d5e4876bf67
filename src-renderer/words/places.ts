/** The part of an address that makes a new page; a tab or a section of the form stays on the same one. */
export function locationToPlace(location: string): string {
  const [, first = "", engagement = "", screen = "", part = ""] = location.split("/");
  const isStep = screen === "step" || screen === "sign";
  return [first, engagement, screen, isStep ? part : ""].join("/");
}

/** Whether a name and a region's include are children of one parent, which is how the vendor names its regions. */
export const isSibling = (name: string, include: string): boolean => parentOf(name) === parentOf(include);

export const parentOf = (name: string): string => name.split(".").slice(1).join(".");

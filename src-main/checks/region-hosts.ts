const domainOf = (host: string): string => host.split(".").slice(1).join(".");
const regionOf = (host: string): string => host.split("-")[0] ?? "";

/** Hosts of one vendor domain, whatever the region. */
export const isSameVendor = (known: string, host: string): boolean => domainOf(known) === domainOf(host);

/** Hosts of a region share their domain and the letters before the first hyphen, whatever their number and purpose. */
export const isSameRegion = (known: string, host: string): boolean =>
  isSameVendor(known, host) && regionOf(known) === regionOf(host);

/** Whether a host is given as an IP address rather than a name. */
export const isAddressText = (host: string): boolean => /^[\d.]+$|:/.test(host);

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 with white space in it, as key records have it (RFC 6376 3.2), as bytes; null for anything else. */
export function base64ToBytes(text: string): Uint8Array | null {
  const digits = text.replace(/[ \t\r\n]+/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits) || digits.length % 4 !== 0) return null;
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const digit of digits.replace(/=+$/, "")) {
    held = ((held << 6) | alphabet.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
  }
  return Uint8Array.from(bytes);
}

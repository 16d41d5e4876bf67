/** Windows-1252 at 0x80-0x9f, where it differs from ISO 8859-1; "\\ufffd" where it has no character. */
const windows1252 = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ";

const sextets = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Encoded words decoded in one value; longer values are shown as they came. */
const longestDecoded = 10_000;

/**
 * Decodes the encoded words of a header value for display (RFC 2047). Blanks between two encoded words vanish; a word of an unknown
 * character set or with broken contents stays as it is.
 */
export function decodeWords(value: string): string {
  if (value.length > longestDecoded) return value;
  const word = /=\?([A-Za-z0-9_-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([BbQq])\?([^?\s]*)\?=/g;
  return value
    .replace(/(\?=)[ \t]+(?==\?)/g, "$1")
    .replace(word, (whole, charset: string, encoding: string, text: string) => {
      const bytes = encoding.toUpperCase() === "B" ? fromBase64(text) : fromQuoted(text);
      return (bytes && decodeCharacters(bytes, charset.toLowerCase())) ?? whole;
    });
}

function fromBase64(text: string): number[] | null {
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const letter of text.replace(/=+$/, "")) {
    const value = sextets.indexOf(letter);
    if (value < 0) return null;
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  return bytes;
}

function fromQuoted(text: string): number[] | null {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (letter === "_") bytes.push(0x20);
    else if (letter !== "=") bytes.push(letter.charCodeAt(0) & 0xff);
    else {
      const digits = text.slice(at + 1, at + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return null;
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    }
  }
  return bytes;
}

function decodeCharacters(bytes: readonly number[], charset: string): string | null {
  if (charset === "utf-8" || charset === "utf8" || charset === "us-ascii") return decodeUtf8(bytes);
  if (charset === "iso-8859-1" || charset === "latin1") return String.fromCharCode(...bytes);
  if (charset !== "windows-1252" && charset !== "iso-8859-15") return null;
  return bytes
    .map((byte) => (byte >= 0x80 && byte < 0xa0 ? windows1252[byte - 0x80] : String.fromCharCode(byte)))
    .join("");
}

/** Null when the bytes are not UTF-8 (RFC 3629). */
function decodeUtf8(bytes: readonly number[]): string | null {
  const escaped = bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}

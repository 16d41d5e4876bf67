/** Parameters of punycode (RFC 3492 5). */
const [base, smallest, largest, skew, damp, firstBias, firstCode] = [36, 1, 26, 38, 700, 72, 128];

/**
 * A domain name in the form DNS has: lower case, without the final dot, labels beyond ASCII as A-labels (RFC 5890 2.3). Names are
 * lowered and composed, which is what honest ones need; the rarer mappings of UTS 46 are not made. Null for what cannot be a name.
 */
export function toDomainName(text: string): string | null {
  if (text.length > 1_000) return null;
  const labels = text
    .trim()
    .normalize("NFC")
    .toLowerCase()
    .replace(/\.$/, "")
    .split(/[.\u3002]/);
  const names = labels.map((label) => (/[^ -~]/.test(label) ? `xn--${encodePunycode(label)}` : label));
  const isName = names.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  const name = names.join(".");
  return isName && name.length <= 253 && !/^[\d.]+$/.test(name) ? name : null;
}

/** RFC 3492 6.3. A label is short, so the numbers stay far below the limit of exact integers. */
function encodePunycode(label: string): string {
  const codes = Array.from(label, (character) => character.codePointAt(0) ?? 0);
  const basic = codes.filter((code) => code < firstCode);
  let output = String.fromCharCode(...basic) + (basic.length > 0 ? "-" : "");
  let [code, delta, bias, handled] = [firstCode, 0, firstBias, basic.length];
  while (handled < codes.length) {
    const next = Math.min(...codes.filter((other) => other >= code));
    delta += (next - code) * (handled + 1);
    code = next;
    for (const other of codes) {
      if (other < code) delta++;
      if (other !== code) continue;
      output += encodeDelta(delta, bias);
      bias = adaptBias(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled++;
    }
    delta++;
    code++;
  }
  return output;
}

const toDigit = (value: number): string => String.fromCharCode(value < 26 ? value + 97 : value + 22);

function encodeDelta(delta: number, bias: number): string {
  let [text, rest] = ["", delta];
  for (let position = base; ; position += base) {
    const threshold = Math.min(largest, Math.max(smallest, position - bias));
    if (rest < threshold) return text + toDigit(rest);
    text += toDigit(threshold + ((rest - threshold) % (base - threshold)));
    rest = Math.floor((rest - threshold) / (base - threshold));
  }
}

function adaptBias(delta: number, points: number, isFirst: boolean): number {
  let [rest, steps] = [Math.floor(isFirst ? delta / damp : delta / 2), 0];
  rest += Math.floor(rest / points);
  for (; rest > ((base - smallest) * largest) / 2; steps += base) rest = Math.floor(rest / (base - smallest));
  return steps + Math.floor(((base - smallest + 1) * rest) / (rest + skew));
}

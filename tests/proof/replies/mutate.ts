import type { createRandom } from "../proof.ts";

export type Random = ReturnType<typeof createRandom>;
type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** Numbers that lie on some edge of a length or count. */
const edges = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0x84, 0xc0, 0xff];

/** Ways to spoil a reply; each may change the buffer it is given. */
export const mutations: { [name: string]: Mutation } = {
  "flipped bits": (bytes, random) => {
    for (let count = random.next(6); count >= 0; count--) {
      const at = random.next(Math.max(1, bytes.length));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.next(8));
    }
    return bytes;
  },
  "an edge value": (bytes, random) => {
    for (let count = random.next(3); count >= 0; count--)
      bytes[random.next(Math.max(1, bytes.length))] = edges[random.next(edges.length)] ?? 0;
    return bytes;
  },
  "cut off": (bytes, random) => bytes.subarray(0, random.next(bytes.length + 1)),
  "more behind it": (bytes, random) => Buffer.concat([bytes, random.bytes(1 + random.next(400))]),
  "a piece taken out": (bytes, random) => {
    const at = random.next(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.next(12))]);
  },
  "a piece put in": (bytes, random) => {
    const at = random.next(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.next(40)), bytes.subarray(at)]);
  },
  "a piece repeated": (bytes, random) => {
    const at = random.next(bytes.length + 1);
    const piece = bytes.subarray(at, at + 1 + random.next(60));
    return Buffer.concat([bytes.subarray(0, at), ...Array.from({ length: 1 + random.next(300) }, () => piece)]);
  },
  "sent twice": (bytes) => Buffer.concat([bytes, bytes]),
  noise: (_, random) => Buffer.from(random.bytes(random.next(700))),
  nothing: () => Buffer.alloc(0),
  "another protocol": (_, random) => Buffer.from(strangers[random.next(strangers.length)] ?? ""),
  "control characters": (bytes, random) => {
    const at = random.next(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from("\x1b[2J\r\n\0\u202e"), bytes.subarray(at)]);
  },
};
export const mutationNames = Object.keys(mutations);

const strangers = [
  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  "SSH-2.0-OpenSSH_9.2\r\n",
  "220 ",
  "250-".repeat(2_000),
  "220-x\r\n".repeat(500),
  "{}\n",
  "\u0016\u0003\u0001\u0002\u0000",
  "999 what\r\n",
];

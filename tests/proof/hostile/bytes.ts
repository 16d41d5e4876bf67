import type { createRandom } from "../proof.ts";

export type Random = ReturnType<typeof createRandom>;
/** Makes a broken file of a valid one; may change the buffer it is given. */
export type ByteMutation = (file: Buffer, random: Random) => Buffer;

/** Page size of every base. */
const PAGE = 4096;

const pickPage = (file: Buffer, random: Random): number => random.next(Math.max(1, Math.floor(file.length / PAGE)));
const pageAt = (file: Buffer, page: number): Buffer => file.subarray(page * PAGE, (page + 1) * PAGE);

/** Where SQLite looks first (sqlite.org/fileformat.html, 1.3): offset and width of each field of the header. */
const headerFields: [number, number][] = [
  [0, 4],
  [16, 2],
  [18, 1],
  [19, 1],
  [20, 1],
  [21, 1],
  [22, 1],
  [23, 1],
  [24, 4],
  [28, 4],
  [32, 4],
  [36, 4],
  [40, 4],
  [44, 4],
  [48, 4],
  [52, 4],
  [56, 4],
  [60, 4],
  [64, 4],
  [68, 4],
  [72, 4],
  [92, 4],
  [96, 4],
];

/** Numbers that lie on some edge, cut to the width. */
function pickEdge(file: Buffer, random: Random, width: number): number {
  const pages = Math.floor(file.length / PAGE);
  const edges = [0, 1, 2, 3, 0x7f, 0x80, 0xff, 512, 4096, 0x8000, 0xffff, 0x7fffffff, 0xffffffff, pages, pages + 1];
  const value = random.next(2) ? (edges[random.next(edges.length)] ?? 0) : random.next(0xffffffff);
  return value % 256 ** width;
}

function put(file: Buffer, offset: number, width: number, value: number): void {
  if (offset + width <= file.length) file.writeUIntBE(value, offset, width);
}

/** The start of some cell of a page: what the cell pointers of its head lead to. */
function pickCell(file: Buffer, random: Random): number {
  const page = pickPage(file, random);
  const bytes = pageAt(file, page);
  const head = page === 0 ? 100 : 0;
  if (bytes.length < PAGE) return 0;
  const count = bytes.readUInt16BE(head + 3) % 400;
  const pointers = head + (bytes[head] === 5 || bytes[head] === 2 ? 12 : 8);
  const pointer = bytes.readUInt16BE(Math.min(PAGE - 2, pointers + 2 * random.next(count + 1)));
  return page * PAGE + (pointer % PAGE);
}

export const byteMutations: { [name: string]: ByteMutation } = {
  "flipped bits": (file, random) => {
    for (let i = random.next(8); i >= 0; i--) {
      const at = random.next(file.length);
      file[at] = (file[at] ?? 0) ^ (1 << random.next(8));
    }
    return file;
  },
  "a run of bytes": (file, random) => {
    const at = random.next(file.length);
    file.set(random.bytes(1 + random.next(300)).subarray(0, file.length - at), at);
    return file;
  },
  "pages swapped": (file, random) => {
    const [a, b] = [pageAt(file, pickPage(file, random)), pageAt(file, pickPage(file, random))];
    const kept = Buffer.from(a);
    a.set(b.subarray(0, a.length));
    b.set(kept.subarray(0, b.length));
    return file;
  },
  "a page copied over another": (file, random) => {
    const from = Buffer.from(pageAt(file, pickPage(file, random)));
    const to = pageAt(file, pickPage(file, random));
    to.set(from.subarray(0, to.length));
    return file;
  },
  "a page of zeros": (file, random) => {
    pageAt(file, pickPage(file, random)).fill(0);
    return file;
  },
  "a page of noise": (file, random) => {
    const page = pageAt(file, pickPage(file, random));
    page.set(random.bytes(page.length));
    return file;
  },
  "cut off": (file, random) => {
    const isWhole = random.next(2) === 0;
    const cut = file.subarray(0, isWhole ? pickPage(file, random) * PAGE : random.next(file.length));
    if (isWhole && random.next(2)) put(cut, 28, 4, cut.length / PAGE);
    return cut;
  },
  "made longer": (file, random) => {
    const more = random.next(3)
      ? Buffer.from(random.bytes(1 + random.next(20_000)))
      : Buffer.alloc(PAGE * (1 + random.next(64)));
    const longer = Buffer.concat([file, more]);
    if (random.next(2)) put(longer, 28, 4, Math.floor(longer.length / PAGE));
    return longer;
  },
  "a header field": (file, random) => {
    const [offset, width] = headerFields[random.next(headerFields.length)] ?? [0, 1];
    put(file, offset, width, pickEdge(file, random, width));
    return file;
  },
  "the head of a page": (file, random) => {
    const page = pickPage(file, random);
    const at = page * PAGE + (page === 0 ? 100 : 0);
    const [offset, width] = [
      [0, 1],
      [1, 2],
      [3, 2],
      [5, 2],
      [7, 1],
      [8, 4],
    ][random.next(6)] as [number, number];
    const types = [2, 5, 10, 13];
    put(file, at + offset, width, offset === 0 ? (types[random.next(4)] ?? 0) : pickEdge(file, random, width));
    return file;
  },
  "a cell pointer": (file, random) => {
    put(file, pickPage(file, random) * PAGE + 8 + 2 * random.next(60), 2, random.next(PAGE));
    return file;
  },
  "a length of a cell": (file, random) => {
    const lengths = ["ffffffffffffffffff", "8280808000", "83ffff7f", "ff7f", "00", "87ffffff7f", "8180808080808080ff"];
    const length = Buffer.from(lengths[random.next(lengths.length)] ?? "00", "hex");
    const at = pickCell(file, random) + random.next(6);
    length.copy(file, Math.min(at, file.length - length.length));
    return file;
  },
  "a page that leads elsewhere": (file, random) => {
    const at = pickPage(file, random) * PAGE;
    // Chains of overflow pages begin with the number of the next one; inner pages name children in each cell and in the head.
    const offset = [0, 8, PAGE - 4, random.next(PAGE - 4)][random.next(4)] ?? 0;
    put(file, at + offset, 4, 1 + pickPage(file, random));
    return file;
  },
};

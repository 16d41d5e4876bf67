/// <reference path="./pdfjs-worker.d.ts" />
/** What a stranger's reader finds in a document, read back from its bytes alone. */
export interface Reopened {
  /** Text of each page, all white space removed: a hash may have been broken across lines. */
  pages: string[];
  title: string;
  language: string;
  attachments: Map<string, Uint8Array>;
  pictures: ReopenedPicture[];
}

interface ReopenedPicture {
  page: number;
  width: number;
  height: number;
  /** Three bytes a pixel; null when the reader could not decode it. */
  rgb: Uint8Array | null;
}

type PdfReader = typeof import("pdfjs-dist/legacy/build/pdf.mjs");
type PdfPage = Awaited<ReturnType<Awaited<ReturnType<PdfReader["getDocument"]>["promise"]>["getPage"]>>;

/**
 * Opens a document with pdf.js, a reader that shares no code with what made it.
 *
 * @throws when the bytes are not a readable PDF
 */
export async function reopenDocument(bytes: Uint8Array): Promise<Reopened> {
  const reader = await loadReader();
  const task = reader.getDocument({
    data: new Uint8Array(bytes),
    verbosity: reader.VerbosityLevel.ERRORS,
    isEvalSupported: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWasm: false,
    stopAtErrors: true,
  });
  try {
    const document = await task.promise;
    const metadata = await document.getMetadata();
    const info = metadata.info as { Title?: string; Language?: string };
    const reopened: Reopened = {
      pages: [],
      title: info.Title ?? "",
      language: info.Language ?? "",
      attachments: await readAttachments(document),
      pictures: [],
    };
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      reopened.pages.push(squeeze(items.map((item) => ("str" in item ? item.str : "")).join("")));
      reopened.pictures.push(...(await readPictures(page, reader.OPS.paintImageXObject, number)));
      page.cleanup();
    }
    return reopened;
  } finally {
    await task.destroy();
  }
}

/** Removes all white space, so that text compares equal however its lines were broken. */
export function squeeze(text: string): string {
  return text.replace(/\s+/g, "");
}

/** pdf.js draws with a canvas; reading needs none. Both halves are loaded here so that no path is resolved at run time. */
async function loadReader(): Promise<PdfReader> {
  const scope = globalThis as { DOMMatrix?: unknown; ImageData?: unknown; Path2D?: unknown; pdfjsWorker?: unknown };
  for (const name of ["DOMMatrix", "ImageData", "Path2D"] as const) scope[name] ??= class {};
  scope.pdfjsWorker ??= await import("pdfjs-dist/legacy/build/pdf.worker.mjs");
  return import("pdfjs-dist/legacy/build/pdf.mjs");
}

async function readAttachments(document: { getAttachments(): Promise<unknown> }): Promise<Map<string, Uint8Array>> {
  const found = (await document.getAttachments()) as Record<string, { filename: string; content: Uint8Array }> | null;
  return new Map(Object.values(found ?? {}).map(({ filename, content }) => [filename, content]));
}

async function readPictures(page: PdfPage, paintImage: number, number: number): Promise<ReopenedPicture[]> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const names = fnArray.flatMap((operation, index) => (operation === paintImage ? [String(argsArray[index][0])] : []));
  return Promise.all(
    names.map(async (name) => {
      const image = await new Promise<PdfImage | null>((resolve) => {
        (name.startsWith("g_") ? page.commonObjs : page.objs).get(name, resolve);
      });
      return {
        page: number,
        width: image?.width ?? 0,
        height: image?.height ?? 0,
        rgb: image === null ? null : toRgb(image),
      };
    }),
  );
}

interface PdfImage {
  width: number;
  height: number;
  kind?: number;
  data?: Uint8Array | Uint8ClampedArray | null;
}

/** Kinds of pdf.js: 2 is three bytes a pixel, 3 is four. */
function toRgb({ width, height, kind, data }: PdfImage): Uint8Array | null {
  if (!data) return null;
  if (kind === 2) return new Uint8Array(data.buffer, data.byteOffset, width * height * 3);
  if (kind !== 3) return null;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) rgb.set(data.subarray(pixel * 4, pixel * 4 + 3), pixel * 3);
  return rgb;
}

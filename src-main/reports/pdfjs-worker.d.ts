/** The reader's working half ships without types; it is only handed over as a whole. */
declare module "pdfjs-dist/legacy/build/pdf.worker.mjs" {
  export const WorkerMessageHandler: object;
}

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import workerUrl from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?url";
import { useEffect, useRef, useState } from "react";
import type { ReportView } from "../../../src-main/contract/reports.ts";
import { FailureNotice } from "../../components/FailureNotice.tsx";
import { Loading } from "../../components/Loading.tsx";
import { readDownload } from "../../files.ts";
import classes from "./documents.module.css";

GlobalWorkerOptions.workerSrc = workerUrl;
const mostPages = 60;

/** Opens the document in the page's own worker; scripts and fonts from outside are never fetched. */
function usePdf(download: string) {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const file = useQuery({ queryKey: ["download", download], queryFn: () => readDownload(download), gcTime: 0 });
  const bytes = file.data?.bytes;
  useEffect(() => {
    if (!bytes) return;
    const loading = getDocument({ data: bytes.slice(), enableXfa: false, disableAutoFetch: true });
    loading.promise.then(setPdf, setProblem);
    return () => {
      setPdf(null);
      void loading.destroy();
    };
  }, [bytes]);
  return { pdf, error: file.error ?? problem };
}

export function PdfPreview({ report, onClose }: { report: ReportView; onClose: () => void }) {
  const { pdf, error } = usePdf(report.download);
  const pages = pdf ? Math.min(pdf.numPages, mostPages) : 0;
  return (
    <section className={classes.preview} aria-label={`Preview of ${report.title}`}>
      <div className={classes.previewHead}>
        <h2>{report.title}</h2>
        <span className={classes.soft}>{pdf && `${pdf.numPages} ${pdf.numPages === 1 ? "page" : "pages"}`}</span>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          Close preview
        </Button>
      </div>
      <FailureNotice error={error} title="The document cannot be shown." />
      {!pdf && !error && <Loading label="Loading the preview" />}
      {pdf && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className={classes.pages} aria-label="Pages" tabIndex={0}>
          {Array.from({ length: pages }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: pages are known by their number
            <PdfPage key={index} pdf={pdf} number={index + 1} />
          ))}
        </section>
      )}
      {pdf && pdf.numPages > mostPages && (
        <p className={classes.soft}>The first {mostPages} pages are shown. Save the document to read the rest.</p>
      )}
    </section>
  );
}

async function drawPage(pdf: PDFDocumentProxy, number: number, canvas: HTMLCanvasElement, signal: AbortSignal) {
  const page = await pdf.getPage(number);
  if (signal.aborted) return;
  const width = canvas.parentElement?.clientWidth ?? 720;
  const scale = (width / page.getViewport({ scale: 1 }).width) * Math.min(window.devicePixelRatio || 1, 2);
  const viewport = page.getViewport({ scale });
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  const task = page.render({ canvas, viewport });
  signal.addEventListener("abort", () => task.cancel());
  await task.promise;
}

/** A page, drawn when it comes near the window. Its text is read to assistive technology. */
function PdfPage({ pdf, number }: { pdf: PDFDocumentProxy; number: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const abort = new AbortController();
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        watcher.disconnect();
        drawPage(pdf, number, element, abort.signal).catch(() => undefined);
        pdf
          .getPage(number)
          .then((page) => page.getTextContent())
          .then(({ items }) => setText(items.map((item) => ("str" in item ? item.str : "")).join(" ")))
          .catch(() => undefined);
      },
      { rootMargin: "400px" },
    );
    watcher.observe(element);
    return () => {
      abort.abort();
      watcher.disconnect();
    };
  }, [pdf, number]);
  return (
    <figure className={classes.page}>
      <canvas ref={canvas} role="img" aria-label={`Page ${number}`} />
      <figcaption className="fb-visually-hidden">{text}</figcaption>
    </figure>
  );
}

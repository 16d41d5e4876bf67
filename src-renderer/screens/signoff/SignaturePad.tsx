import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import Pad from "signature_pad";
import type { Drawing } from "../../../src-main/contract/signoffs.ts";
import { bytesToBase64 } from "../../files.ts";
import classes from "./signoff.module.css";
import { isNearlyBlank, pointsToStrokes } from "./strokes.ts";

interface SignaturePadProps {
  onDrawn(drawing: Drawing | null): void;
}

const drawnHeight = 220;
const ink = "#10203a";
const paper = "#ffffff";

/** A pad as wide as the page, or a picture of a signature for those who cannot draw here. Dark ink on white in every appearance. */
export function SignaturePad({ onDrawn }: SignaturePadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<Pad | null>(null);
  const chosen = useRef<HTMLInputElement>(null);
  const report = useRef(onDrawn);
  report.current = onDrawn;
  const [isDrawn, setDrawn] = useState(false);
  const [picture, setPicture] = useState<string | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const made = new Pad(element, { penColor: ink, backgroundColor: paper, minWidth: 0.8, maxWidth: 2.6 });
    pad.current = made;
    const resize = () => {
      const ratio = Math.max(window.devicePixelRatio, 1);
      const points = made.toData();
      element.width = element.offsetWidth * ratio;
      element.height = drawnHeight * ratio;
      element.getContext("2d")?.scale(ratio, ratio);
      made.fromData(points);
    };
    const ended = () => {
      const strokes = pointsToStrokes(made.toData());
      setDrawn(!made.isEmpty());
      report.current(
        isNearlyBlank(strokes)
          ? null
          : {
              png: made.toDataURL("image/png").split(",")[1] ?? "",
              width: element.offsetWidth,
              height: drawnHeight,
              strokes,
            },
      );
    };
    resize();
    made.addEventListener("endStroke", ended);
    const sizes = new ResizeObserver(resize);
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.off();
    };
  }, []);

  const clear = () => {
    pad.current?.clear();
    setPicture(null);
    setDrawn(false);
    onDrawn(null);
  };
  const choose = async (file: File) => {
    const png = bytesToBase64(new Uint8Array(await file.arrayBuffer()));
    pad.current?.clear();
    setDrawn(true);
    setPicture(`data:image/png;base64,${png}`);
    onDrawn({ png, width: 600, height: 200, strokes: [] });
  };
  return (
    <div className={classes.pad}>
      <div className={classes.paper}>
        <canvas
          ref={canvas}
          className={classes.canvas}
          aria-label="Signature. Draw with pen, finger or mouse."
          role="img"
          hidden={picture !== null}
        />
        {picture && <img src={picture} alt="Chosen signature" className={classes.chosen} />}
        {!isDrawn && <span className={classes.hint}>Sign here</span>}
      </div>
      <div className={classes.padActions}>
        <Button variant="default" disabled={!isDrawn} onClick={clear}>
          Clear
        </Button>
        <Button variant="subtle" onClick={() => chosen.current?.click()}>
          Use a picture of a signature…
        </Button>
        <input
          ref={chosen}
          type="file"
          accept="image/png"
          hidden
          aria-label="Picture of a signature"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void choose(file);
            currentTarget.value = "";
          }}
        />
      </div>
    </div>
  );
}

/** What the desktop's preload puts on the page. Absent in a browser, where files are uploaded and downloaded instead. */
export interface DesktopBridge {
  /** Sends one frame of the contract to the engine. */
  post(frame: string): void;
  /** Hears frames from the engine; returns the function that stops listening. */
  onFrame(listener: (frame: unknown) => void): () => void;
  /** Token of a dropped or chosen file; its path stays outside the page. */
  fileToken(file: File): Promise<string>;
  /** Asks where to save; null when the dialog was closed. */
  chooseSave(name: string): Promise<string | null>;
  /** Hears menu commands; returns the function that stops listening. */
  subscribe(listener: (message: { kind: string; id?: string }) => void): () => void;
}

declare global {
  interface Window {
    readonly fieldbook?: DesktopBridge;
  }
}

export const desktop = (): DesktopBridge | undefined => window.fieldbook;

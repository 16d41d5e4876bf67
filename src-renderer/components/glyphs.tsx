import type { StepState } from "../../src-main/contract/steps.ts";

export type StepShape = StepState | "locked";

const paths: Record<StepShape, React.ReactNode> = {
  open: <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  "in-progress": (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 4a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  ready: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="8" cy="8" r="3" fill="currentColor" />
    </>
  ),
  signed: (
    <path
      fillRule="evenodd"
      d="M8 1.25a6.75 6.75 0 1 0 0 13.5 6.75 6.75 0 0 0 0-13.5Zm3.4 4.6-4.1 5-.55.65-2.7-2.6 1-1.1 1.6 1.5 3.6-4.4 1.15.95Z"
      fill="currentColor"
    />
  ),
  "needs-review": (
    <>
      <path d="M8 2.1 14.6 13.4H1.4Z" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
      <path d="M8 6v3.6M8 11v1.2" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  "not-applicable": <path d="M3.5 8h9" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />,
  locked: (
    <>
      <rect x="3.25" y="7" width="9.5" height="6.75" rx="1.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" fill="none" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
};

/** The shape of a step's state. Always shown with its word, on screen or to assistive technology. */
export function StepGlyph({ shape }: { shape: StepShape }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {paths[shape]}
    </svg>
  );
}

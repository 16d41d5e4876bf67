import classes from "./notices.module.css";

/** Grey lines where text will stand; invisible for the first 200 ms so that quick answers do not flicker. */
export function Loading({ rows = 6, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div className={classes.loading} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity
        <div key={row} className={classes.bone} />
      ))}
    </div>
  );
}

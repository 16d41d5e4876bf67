import classes from "./spf.module.css";

const allowed = 10;
/** From here on the next sender may be one too many. */
const many = 8;

/** "7 of 10 look-ups", as a row of ten places that fill; what is over stands behind them. */
export function Budget({ lookups }: { lookups: number }) {
  const tone = lookups > allowed ? "over" : lookups >= many ? "many" : "fine";
  const words = { over: "over the limit", many: "little room left", fine: "" }[tone];
  const cells = Math.min(Math.max(allowed, lookups), 30);
  return (
    <div className={classes.budget} data-tone={tone}>
      <div className={classes.cells} aria-hidden="true">
        {Array.from({ length: cells }, (_, cell) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the places have no identity
          <span key={cell} data-state={cell < lookups ? (cell < allowed ? "used" : "over") : "free"} />
        ))}
      </div>
      <span>
        <strong>
          {lookups} of {allowed} look-ups
        </strong>
        {words && `, ${words}`}
      </span>
    </div>
  );
}

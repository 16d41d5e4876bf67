import { createContext, useContext } from "react";
import { Link } from "wouter";
import classes from "./step.module.css";

interface Places {
  engagement: string;
  /** Labels of the region values on this page; everything else is a question of the RFI. */
  values: readonly string[];
}

/** Where missing values of the step on screen can be given. */
export const PlacesContext = createContext<Places>({ engagement: "", values: [] });

export const regionValuesId = "region-values";

/** Names what nobody has told yet, with the way to the place where it is told. */
export function UnknownValue({ names }: { names: readonly string[] }) {
  const { engagement, values } = useContext(PlacesContext);
  const isOnPage = names.some((name) => values.includes(name));
  const text = `Not known yet: ${names.join(", ")}`;
  if (!isOnPage) {
    return (
      <Link href={`/e/${engagement}/rfi`} className={classes.unknownNote}>
        {text}
      </Link>
    );
  }
  const show = () => {
    const heading = document.getElementById(regionValuesId);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  };
  return (
    <button type="button" className={classes.unknownNote} onClick={show}>
      {text}
    </button>
  );
}

import { useEffect } from "react";
import { Link, useLocation } from "wouter";
import { Notice } from "../components/Notice.tsx";
import { PlainButton } from "../components/PlainButton.tsx";
import { tell, useTold } from "../told.ts";
import classes from "./Frame.module.css";

/** What has just been done, announced on the page it was done for; gone once that page is left. */
export function ToldNotice() {
  const told = useTold();
  const [location] = useLocation();
  const isHere = told?.at === location;
  useEffect(() => {
    if (told && told.at !== location) tell(null);
  }, [told, location]);
  return (
    <div role="status" className={isHere ? classes.told : undefined}>
      {isHere && (
        <Notice>
          <span className={classes.toldText}>
            {told.text} {told.link && <Link href={told.link.href}>{told.link.words}</Link>}
          </span>
          <PlainButton onClick={() => tell(null)}>Close</PlainButton>
        </Notice>
      )}
    </div>
  );
}

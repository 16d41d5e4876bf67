import { type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { locationToPlace } from "../words/places.ts";
import classes from "./PageHeader.module.css";

let lastPlace: string | null = null;

interface PageHeaderProps {
  title: ReactNode;
  /** The page's verdict: state, counts, who is next. */
  status?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** The page's only h1. It takes the focus when the place changes, so that keyboard and screen reader start at the top. */
export function PageHeader({ title, status, actions, children }: PageHeaderProps) {
  const [location] = useLocation();
  const place = locationToPlace(location);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (lastPlace !== null && lastPlace !== place) heading.current?.focus({ preventScroll: true });
    lastPlace = place;
  }, [place]);
  return (
    <header className={classes.header}>
      <div className={classes.row}>
        <div className={classes.heading}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {status && <div className={classes.status}>{status}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children && <div className={classes.text}>{children}</div>}
    </header>
  );
}

import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { StepSummary } from "../../src-main/contract/steps.ts";
import { StepMark } from "../components/StepMark.tsx";
import { useEngagement } from "../queries.ts";
import { explainStep } from "../words/steps.ts";
import classes from "./EngagementMap.module.css";

/** The engagement's places, always in view, each step with its state. */
export function EngagementMap({ engagement }: { engagement: string }) {
  const { data } = useEngagement(engagement);
  const steps = data?.steps ?? [];
  const base = `/e/${engagement}`;
  const list = (wanted: StepSummary[]) => (
    <ul>
      {wanted.map((step) => (
        <StepPlace key={step.step} step={step} steps={steps} href={`${base}/step/${step.step}`} />
      ))}
    </ul>
  );
  return (
    <nav className={classes.map} aria-label="Engagement map">
      <ul>
        <Place href={base}>Overview</Place>
        <Place href={`${base}/rfi`} isPrefix>
          Answers (RFI)
        </Place>
        {data !== undefined && data.conflicts > 0 && (
          <Place href={`${base}/conflicts`}>
            Conflicts
            <span className={classes.count}>
              {data.conflicts}
              <span className="fb-visually-hidden"> to decide</span>
            </span>
          </Place>
        )}
      </ul>
      <h2>Considerations</h2>
      {list(steps.filter(({ number }) => number === null))}
      <h2>Steps</h2>
      {list(steps.filter(({ number }) => number !== null))}
      <div className={classes.rule} />
      <ul>
        <Place href={`${base}/spf`}>SPF planner</Place>
        <Place href={`${base}/documents`}>Documents</Place>
        <Place href={`${base}/history`}>History</Place>
        <Place href={`${base}/explain`}>Explain a reply</Place>
        {data?.viewOf === null && <Place href={`${base}/copies`}>Snapshots</Place>}
      </ul>
    </nav>
  );
}

function Place({ href, isPrefix = false, children }: { href: string; isPrefix?: boolean; children: ReactNode }) {
  const [location] = useLocation();
  const isHere = location === href || (isPrefix && location.startsWith(`${href}/`));
  return (
    <li>
      <Link href={href} className={classes.place} aria-current={isHere ? "page" : undefined}>
        {children}
      </Link>
    </li>
  );
}

function StepPlace({ step, steps, href }: { step: StepSummary; steps: StepSummary[]; href: string }) {
  const [location] = useLocation();
  const isHere = location === href || location.startsWith(`${href}/`);
  const why = explainStep(step, steps);
  return (
    <li>
      <Tooltip label={why} disabled={why === ""} position="right" withArrow>
        <Link href={href} className={classes.place} aria-current={isHere ? "page" : undefined}>
          {step.number !== null && <span className={classes.number}>{step.number}</span>}
          <span className={classes.placeTitle}>{step.title}</span>
          <StepMark step={step} isQuiet />
        </Link>
      </Tooltip>
    </li>
  );
}

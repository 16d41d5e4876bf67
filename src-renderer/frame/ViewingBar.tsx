import { Button } from "@mantine/core";
import { IconEye, IconTheater } from "@tabler/icons-react";
import { Link, useLocation } from "wouter";
import { client } from "../client.ts";
import { useCommands } from "../commands/CommandProvider.tsx";
import { useEngagement } from "../queries.ts";
import { returnOf } from "../views.ts";
import { wordMoments } from "../words/time.ts";
import classes from "./Frame.module.css";

/** Says on every page that a copy or a snapshot is looked at, and closes it; or that the engagement is a rehearsal. */
export function ViewingBar({ engagement }: { engagement: string }) {
  const { data } = useEngagement(engagement);
  const { act } = useCommands();
  const [, navigate] = useLocation();
  if (data?.rehearsal && !data.viewOf)
    return (
      <section className={classes.viewing} aria-label="Rehearsal">
        <IconTheater size={18} aria-hidden="true" />
        <p>Rehearsal: no real customer, and the checks ask this computer only.</p>
        <Link href="/rehearsal">Choose what misbehaves</Link>
      </section>
    );
  if (!data?.viewOf) return null;
  const close = () =>
    act("The copy was not closed", async () => {
      await client.copies.closeView({ engagement });
      navigate(returnOf(engagement));
    });
  return (
    <section className={classes.viewing} aria-label="Read-only view">
      <IconEye size={18} aria-hidden="true" />
      <p>You are looking at {wordMoments(data.viewOf)}; nothing can be changed.</p>
      <Button variant="default" size="compact-sm" onClick={close}>
        Close
      </Button>
    </section>
  );
}

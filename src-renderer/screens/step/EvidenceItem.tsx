import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { EvidenceView } from "../../../src-main/contract/evidence.ts";
import { api, client } from "../../client.ts";
import { CopyButton } from "../../components/CopyButton.tsx";
import { Moment } from "../../components/Moment.tsx";
import { base64ToBytes } from "../../files.ts";
import { formatSize } from "../../words/time.ts";
import classes from "./step.module.css";
import { ReasonForm } from "./TaskActions.tsx";

/** One piece of evidence with its hash. Removing needs a reason; the entry stays in the history. */
export function EvidenceItem({
  engagement,
  item,
  readOnly,
}: {
  engagement: string;
  item: EvidenceView;
  readOnly: boolean;
}) {
  const [isRemoving, setRemoving] = useState(false);
  const remove = useMutation(api.evidence.remove.mutationOptions());
  return (
    <li className={classes.evidenceItem}>
      {item.kind === "picture" && item.present && <Thumbnail engagement={engagement} item={item} />}
      <div className={classes.evidenceText}>
        <h2>{item.title}</h2>
        {item.note && <p>{item.note}</p>}
        <p className={classes.source}>
          {item.name}, {formatSize(item.size)}. Added by {item.author}, <Moment at={item.at} />
          {!item.present && ". The file is not in this copy."}
        </p>
        <p className={classes.hash}>
          <code>SHA-256 {item.sha256.slice(0, 16)}…</code> <CopyButton value={item.sha256} label="Copy hash" />
        </p>
        {isRemoving ? (
          <ReasonForm
            needsName={false}
            submitLabel="Remove evidence"
            error={remove.error}
            isBusy={remove.isPending}
            onCancel={() => setRemoving(false)}
            onSubmit={(reason) => remove.mutate({ engagement, evidence: item.evidence, reason })}
          />
        ) : (
          !readOnly && (
            <button
              type="button"
              className={classes.plain}
              aria-label={`Remove ${item.title}`}
              onClick={() => setRemoving(true)}
            >
              Remove…
            </button>
          )
        )}
      </div>
    </li>
  );
}

async function readEvidence(engagement: string, evidence: string): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let offset: number | null = 0;
  let type = "";
  while (offset !== null) {
    const part: { data: string; next: number | null; type: string } = await client.evidence.read({
      engagement,
      evidence,
      offset,
    });
    parts.push(base64ToBytes(part.data));
    type = part.type;
    offset = part.next;
  }
  return new Blob(parts, { type });
}

function Thumbnail({ engagement, item }: { engagement: string; item: EvidenceView }) {
  const { data } = useQuery({
    queryKey: ["evidence-picture", item.sha256],
    queryFn: () => readEvidence(engagement, item.evidence),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return <div className={classes.thumbnail}>{address && <img src={address} alt={item.title} />}</div>;
}

import { Button, Checkbox } from "@mantine/core";
import { useId, useState } from "react";
import { createPortal } from "react-dom";
import { CopyButton } from "../../components/CopyButton.tsx";
import { PlainButton } from "../../components/PlainButton.tsx";
import panel from "../../components/panel.module.css";
import classes from "./protection.module.css";

/** The recovery code, this once. It goes away when somebody says that it is written down. */
export function RecoveryCode({ code, onKept }: { code: string; onKept: () => void }) {
  const [isKept, setKept] = useState(false);
  const title = useId();
  return (
    <section className={`${panel.panel} ${classes.panel}`} aria-labelledby={title}>
      <h3 id={title}>Write down the recovery code</h3>
      <p>
        It opens the program when the passphrase is forgotten, and the encrypted files when this computer or its key
        store is lost. It is shown once and kept nowhere. Keep it on paper, away from this computer.
      </p>
      <Groups code={code} />
      <div className={panel.actions}>
        <CopyButton value={code} label="Copy the code" />
        <PlainButton onClick={() => window.print()}>Print it…</PlainButton>
      </div>
      <Checkbox
        label="I have written it down"
        checked={isKept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <div className={panel.actions}>
        <Button disabled={!isKept} onClick={onKept}>
          Done
        </Button>
      </div>
      {createPortal(<Printed code={code} />, document.body)}
    </section>
  );
}

function Groups({ code }: { code: string }) {
  const groups = code.split("-").map((letters, index) => ({ place: index + 1, letters }));
  return (
    <ol className={classes.code} aria-label="Recovery code">
      {groups.map(({ place, letters }) => (
        <li key={place}>{letters}</li>
      ))}
    </ol>
  );
}

/** The page that is printed; the screen itself never is. */
function Printed({ code }: { code: string }) {
  return (
    <div className={classes.printed} aria-hidden="true">
      <h1>Connect Fieldbook: recovery code</h1>
      <p>Opens the engagement files of one computer. Keep it away from that computer.</p>
      <Groups code={code} />
    </div>
  );
}

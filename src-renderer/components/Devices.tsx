import type { DeviceView, Standing } from "../../src-main/contract/trust.ts";
import { shortDevice, standingWords } from "../words/trust.ts";
import { Mono } from "./Mono.tsx";
import tables from "./table.module.css";
import text from "./text.module.css";
import { Verdict, type VerdictShown } from "./Verdict.tsx";

const verdicts: Record<Standing, VerdictShown> = {
  verified: "pass",
  unverified: "not-measurable",
  revoked: "fail",
  expired: "warn",
  wrong: "fail",
};

/** Whether the office vouches for a device, by icon, word and colour. */
export function StandingMark({ standing }: { standing: Standing }) {
  return <Verdict verdict={verdicts[standing]} label={standingWords[standing]} />;
}

/** The devices that wrote, with their standing. */
export function DeviceTable({ devices }: { devices: readonly DeviceView[] }) {
  return (
    <table className={tables.table}>
      <thead>
        <tr>
          <th>Written by</th>
          <th>Standing</th>
          <th>Device</th>
          <th data-number="true">Entries</th>
        </tr>
      </thead>
      <tbody>
        {devices.map(({ device, name, role, standing, sentence, entries }) => (
          <tr key={device}>
            <td className={tables.value}>{[name, role].filter(Boolean).join(", ") || "Unknown"}</td>
            <td>
              <StandingMark standing={standing} />
              <p className={text.caption}>{sentence}</p>
            </td>
            <td title={device}>
              <Mono>{shortDevice(device)}</Mono>
            </td>
            <td data-number="true">{entries}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

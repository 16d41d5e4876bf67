import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./processes.ts";

/** A time as dnssec-signzone takes it, in days from now. */
const inDays = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\..*/g, "");

/**
 * Signs `<folder>/<name>.zone` with one key of its own into `<name>.zone.signed`. The root's zone is called "root". `signers` are the
 * DS records for the parent, `key` is the DNSKEY record.
 */
export async function signZone(
  folder: string,
  name: string,
  signatures: "valid" | "expired",
): Promise<{ signers: string[]; key: string }> {
  const origin = name === "root" ? "." : `${name}.`;
  const { stdout } = await run("dnssec-keygen", [
    ...["-q", "-a", "ECDSAP256SHA256", "-f", "KSK", "-K", folder],
    origin,
  ]);
  const [start, end] = signatures === "valid" ? [-1, 30] : [-40, -10];
  await run("dnssec-signzone", [
    // One key signs everything; the DS set goes to the same folder; signatures that ran out are not verified.
    ...["-z", "-P", "-S", "-q", "-K", folder, "-d", folder, "-o", origin, "-s", inDays(start), "-e", inDays(end)],
    ...["-f", join(folder, `${name}.zone.signed`), join(folder, `${name}.zone`)],
  ]);
  const lines = async (file: string) => (await readFile(join(folder, file), "utf8")).split("\n");
  const signers = (await lines(`dsset-${origin}`)).filter((line) => line.trim() !== "");
  const key = (await lines(`${stdout.trim()}.key`)).find((line) => line.includes("DNSKEY")) ?? "";
  return { signers, key };
}

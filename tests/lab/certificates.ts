import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./processes.ts";

export interface Certificate {
  key: string;
  certificate: string;
}
export interface Authority {
  pem: string;
  /** Issues a certificate for the names; -1 day makes one that has expired. */
  issue(file: string, names: string[], days?: number): Promise<Certificate>;
}

const openssl = (...parameters: string[]) => run("openssl", parameters);
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** A certificate authority of the lab's own, in a folder that is thrown away. */
export async function createAuthority(folder: string): Promise<Authority> {
  const [key, certificate] = [join(folder, "ca.key"), join(folder, "ca.pem")];
  await openssl(
    ...["req", "-x509", ...newKey, "-keyout", key, "-out", certificate, "-days", "30", "-subj", "/CN=Fieldbook Lab CA"],
    ...["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  );
  return {
    pem: await readFile(certificate, "utf8"),
    issue: (file, names, days = 90) => issue({ folder, key, certificate }, file, names, days),
  };
}

async function issue(
  authority: { folder: string; key: string; certificate: string },
  file: string,
  names: string[],
  days: number,
): Promise<Certificate> {
  const path = (extension: string) => join(authority.folder, `${file}.${extension}`);
  await writeFile(
    path("ext"),
    `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}\nbasicConstraints=CA:FALSE\n`,
  );
  await openssl("req", ...newKey, "-keyout", path("key"), "-out", path("csr"), "-subj", `/CN=${names[0]}`);
  await openssl(
    ...["x509", "-req", "-in", path("csr"), "-CA", authority.certificate, "-CAkey", authority.key],
    // Several are issued at a time, so there is no file that counts.
    ...["-set_serial", `0x4${randomBytes(8).toString("hex")}`],
    ...["-days", String(days), "-extfile", path("ext"), "-out", path("crt")],
  );
  return { key: path("key"), certificate: path("crt") };
}

/** A certificate that vouches for itself. */
export async function createSelfSigned(folder: string, file: string, names: string[], days = 90): Promise<Certificate> {
  const [key, certificate] = [join(folder, `${file}.key`), join(folder, `${file}.crt`)];
  await openssl(
    ...[
      "req",
      "-x509",
      ...newKey,
      "-keyout",
      key,
      "-out",
      certificate,
      "-days",
      String(days),
      "-subj",
      `/CN=${names[0]}`,
    ],
    ...["-addext", `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`],
  );
  return { key, certificate };
}

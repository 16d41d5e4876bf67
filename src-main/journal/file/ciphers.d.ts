/** The package's own types are hidden by its `exports`; of its additions to better-sqlite3 only this one is used. */
declare module "better-sqlite3-multiple-ciphers" {
  import type Plain from "better-sqlite3";

  interface CipherDatabase extends Plain.Database {
    /** Sets the key before the first page is read (sqlite3_key). */
    key(key: Buffer): number;
  }
  const Ciphers: new (path: string, options: Plain.Options) => CipherDatabase;
  export = Ciphers;
}

/** One deliberate bug: `find` occurs once in the file and is replaced. */
export interface Mutant {
  name: string;
  /** Below src-main/journal. */
  file: string;
  find: string;
  replace: string;
  /** What the bug would do to an engagement. */
  bug: string;
}

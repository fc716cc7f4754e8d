/** A row that one side has and the other has not, or has otherwise. */
export interface Difference {
  readonly table: string;
  /** Which row: ids, and never what stands in it. */
  readonly row: string;
  readonly problem: string;
}

/** A doubt that belongs to a result: data, printed under the table and drawn on the figure. */
export interface Warning {
  /** stable, in capitals: `LOSSY_IMAGES`, `RANK_DEFICIENT_COVARIANCE`, … */
  readonly code: string;
  /** one sentence for a reader who did not run the program */
  readonly message: string;
}

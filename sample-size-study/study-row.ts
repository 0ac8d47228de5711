/** One value of a study: the line of `rows.csv`. */
export interface StudyRow {
  /** id of the number: `fid`, `precision`, … */
  readonly metric: string;
  readonly arm: string;
  /** family of distortion; `none` for the images as they are */
  readonly distortion: string;
  readonly level: number;
  readonly sampleSize: number;
  readonly repeat: number;
  /** null where the number does not exist; `reason` says why */
  readonly value: number | null;
  readonly reason: string;
}

/** The columns of `rows.csv`, in order. */
export const ROW_COLUMNS = [
  'metric',
  'arm',
  'distortion',
  'level',
  'sample_size',
  'repeat',
  'value',
  'reason',
] as const;

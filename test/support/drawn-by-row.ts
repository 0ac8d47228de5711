/** Metrics that draw by row of the file, as the code does that they agree with. */
export const DRAWN_BY_ROW: readonly string[] = [
  'kid',
  'kid-rbf',
  'is',
  'mind',
  'fid-infinity',
  'is-infinity',
];

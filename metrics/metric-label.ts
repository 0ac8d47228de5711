const NAMES: Readonly<Record<string, string>> = {
  fid: 'FID',
  'fid-tf': 'FID (TF resizing)',
  'fid-clean': 'Clean-FID',
  'fid-infinity': 'FID∞',
  'clip-fid': 'CLIP-FID',
  'fd-dinov2': 'FD-DINOv2',
  sfid: 'sFID',
  is: 'IS',
  'is-infinity': 'IS∞',
  kid: 'KID',
  'kid-all-pairs': 'KID (all pairs)',
  cmmd: 'CMMD',
  'cmmd-v': 'CMMD-V',
  precision: 'precision',
  recall: 'recall',
  'prdc-precision': 'precision (PRDC)',
  'prdc-recall': 'recall (PRDC)',
  mind: 'MIND',
  vendi: 'Vendi score',
  authpct: 'AuthPct',
};

/** A number as people call it, in every table and sentence: `FID` for `fid`. Options, JSON and CSV have the id. */
export function metricLabel(id: string): string {
  return NAMES[id] ?? id;
}

const NAMES: Readonly<Record<string, string>> = {
  fid: 'FID',
  'fid-tf': 'FID (TensorFlow’s resizing)',
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
  'cmmd-v': 'CMMD (V-statistic)',
  precision: 'precision',
  recall: 'recall',
  'prdc-precision': 'precision (PRDC)',
  'prdc-recall': 'recall (PRDC)',
  mind: 'MIND',
  vendi: 'Vendi score',
  authpct: 'AuthPct',
};

/** A number as papers call it: `FID` for `fid`. */
export function paperName(id: string): string {
  return NAMES[id] ?? id;
}

import type { Warning } from '../encoders/encoder.js';
import type { UncertaintyMap } from './uncertainty-map.js';

/** Under which settings maps were made: one folder of BayesDiff may hold several for each image. */
export interface MapSetting {
  /** as it is shown and typed: `1.0_3.0`, a folder's name, or empty where there is one setting alone */
  readonly name: string;
  /** σ of the observation noise and precision λ of the prior, as text in the file's name; null where the name has none */
  readonly sigma: string | null;
  readonly precision: string | null;
}

/** A map, and how many bits its samples had where it came out of an image file. */
export interface LoadedMap {
  readonly map: UncertaintyMap;
  readonly bits: 8 | 16 | 32 | null;
}

/** A map that can be read when its turn comes. */
export interface MapEntry {
  readonly id: string;
  /** name of its setting */
  readonly setting: string;
  load(): Promise<LoadedMap>;
}

/** Where maps are, in code-point order of setting and id; nothing is read before `load`. */
export interface MapSource {
  /** the path as the caller typed it */
  readonly source: string;
  readonly layout: 'bayesdiff' | 'folder' | 'npz' | 'file';
  readonly settings: readonly MapSetting[];
  readonly entries: readonly MapEntry[];
  readonly warnings: readonly Warning[];
  close(): Promise<void>;
}

/** Order of the axes of an array of three: `auto` where one end is at most 4 and the other more. */
const AXIS_ORDERS = ['auto', 'chw', 'hwc'] as const;
export type AxisOrder = (typeof AXIS_ORDERS)[number];

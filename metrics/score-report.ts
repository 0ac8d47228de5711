import type { EncoderIdentity } from '../encoders/encoder.js';
import type { SetContent } from '../encoders/set-content.js';
import type { Warning } from '../encoders/warning.js';
import type { Direction, Interval, Parameters } from './metric-definition.js';

/** One side of a score, as the report names it. */
export interface ScoredSide {
  readonly source: string;
  readonly n: number | null;
  /** null where no metric looked at it */
  readonly content: SetContent | null;
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
}

/** One number with everything needed to quote it. */
export interface ScoreResult {
  /** id of the number: `fid`, `precision` */
  readonly metric: string;
  /** id of the protocol that gave it: `fid`, `precision-recall` */
  readonly protocol: string;
  readonly title: string;
  readonly formula: string;
  readonly source: string;
  readonly units: string;
  readonly value: number | null;
  /** why `value` is null */
  readonly reason?: string;
  readonly spread?: { readonly value: number; readonly of: string };
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly direction: Direction;
  readonly n: { readonly reference: number | null; readonly generated: number | null };
  readonly encoder: EncoderIdentity;
  readonly parameters: Parameters;
  readonly warnings: readonly Warning[];
}

/** What `score --json` prints and `score.json` holds: schema `steadfid/score/1`. */
export interface ScoreReport {
  readonly schema: 'steadfid/score/1';
  readonly version: string;
  readonly reference: ScoredSide;
  readonly generated: ScoredSide;
  readonly seed: number;
  readonly results: readonly ScoreResult[];
  readonly warnings: readonly Warning[];
}

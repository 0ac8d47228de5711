import type { Warning } from '../encoders/encoder.js';
import type { ControlFamily } from './control.js';
import type { SetDiagnostics } from './diagnostics/set-diagnostics.js';
import type { SplitHalfReliability } from './diagnostics/split-half-reliability.js';
import type { SettingComparison } from './map-comparison/setting-comparison.js';
import type { MapSetting } from './map-source.js';
import type { ChannelReduction } from './pixel-map.js';

/** Maps of one setting of one source. */
export interface MapRunSummary {
  /** the suffix of its columns: `sum@1.0_3.0`; empty where there is one run */
  readonly name: string;
  readonly source: string;
  readonly setting: MapSetting;
  readonly diagnostics: SetDiagnostics;
}

/** One column of scores. */
export interface ScoreColumn {
  readonly name: string;
  readonly kind: 'aggregation' | 'residual' | 'control';
  readonly formula: string;
  /** of an aggregation: its id, without the run that `name` may end in */
  readonly aggregation: string | null;
  readonly run: string | null;
  /** of a control */
  readonly family: ControlFamily | null;
  /** by id; null where the number does not exist */
  readonly values: Readonly<Record<string, number | null>>;
}

/** Two runs of the same σ and λ that share no random draws, as far as their names tell. */
export interface ArmReliability extends SplitHalfReliability {
  readonly first: string;
  readonly second: string;
}

/** What `uncertainty --json` prints: schema `steadfid/uncertainty/1`. */
export interface UncertaintyReport {
  readonly schema: 'steadfid/uncertainty/1';
  readonly version: string;
  readonly channels: ChannelReduction;
  readonly seed: number;
  readonly runs: readonly MapRunSummary[];
  /** null unless images were given */
  readonly images: {
    readonly source: string;
    readonly n: number;
    readonly joinedBy: string;
    readonly imagesAlone: readonly string[];
    readonly mapsAlone: readonly string[];
  } | null;
  readonly columns: readonly ScoreColumn[];
  /** Spearman's, of every aggregation with every control; empty without images */
  readonly correlations: readonly {
    readonly score: string;
    readonly control: string;
    readonly family: ControlFamily;
    readonly value: number | null;
  }[];
  /** null for a single run */
  readonly comparison: SettingComparison | null;
  readonly reliability: readonly ArmReliability[];
  readonly warnings: readonly Warning[];
}

import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { EncoderIdentity, Warning } from '../encoders/encoder.js';
import type { OfficialEncoder } from '../encoders/networks/encoder-catalog.js';
import type { MissingModels } from '../encoders/open-chosen-encoder.js';
import type { SetContent } from '../encoders/set-content.js';
import type { DesignStatement } from '../metrics/design/design-statement.js';
import type { Comparison, Direction, Interval, Parameters } from '../metrics/metric-definition.js';
import { METRICS_OF_COMMANDS } from '../metrics/records/parameters.js';

/** One side of a score, as the report names it. */
export interface ScoredSide {
  /** the path as the caller typed it */
  readonly source: string;
  /** what tables and pages call the set, if not by its path */
  readonly name?: string;
  readonly n: number | null;
  /** null where no metric looked at it */
  readonly content: SetContent | null;
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
}

/** Names of the two sets for tables and pages; a set without one is called by its path. */
export interface SetNames {
  readonly reference?: string;
  readonly generated?: string;
}

/** What tables and pages call a set. */
export function sideName({ name, source }: ScoredSide): string {
  return name ?? source;
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
  /** how the images were drawn: what was found, and what intervals suppose; left out of reports before there were such, and of statistics */
  readonly design?: DesignStatement;
  readonly results: readonly ScoreResult[];
  readonly warnings: readonly Warning[];
}

/** How far the work is: `done` of `total` in `task`. */
export interface ScoreProgress {
  /** what is being done, in words: `samples by inception-v3-fid` */
  readonly task: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'img' | 'metrics';
}

/** One side: a path to images, embeddings or statistics, or a set that is in memory already. */
export type ScoreSide = string | EmbeddedSet;

/** Where labels of a side's images come from: a CSV file, or a pattern of file names. */
export interface LabelsOfSides {
  readonly reference?: string | undefined;
  readonly generated?: string | undefined;
}

/** How the images were drawn, as far as the caller says. */
export interface DesignRequest {
  /** CSV files `id,class`, or `none`: labels that the images carry are left alone too */
  readonly strata?: LabelsOfSides;
  /** CSV files `id,cluster`, or regular expressions whose first group, or whole match, names an image's cluster */
  readonly clusters?: LabelsOfSides;
}

/** A published network that is not on this machine. */
export interface MissingNetwork {
  readonly encoder: OfficialEncoder;
  /** ids of those that need it */
  readonly metrics: readonly string[];
}

export interface ScoreRequest extends MissingModels, DesignRequest {
  /** may be left out where no metric looks at it, as for `is` */
  readonly reference?: ScoreSide;
  readonly generated: ScoreSide;
  /**
   * ids of the catalog; default `DEFAULT_METRICS`. One that the sides cannot serve is null with the reason
   */
  readonly metrics?: readonly string[];
  /** an id, `demo`, or a path to an .onnx; default: each metric's own */
  readonly encoder?: string;
  /** for every metric that knows the name: `{ kidSubsetSize: 500 }` */
  readonly parameters?: Parameters;
  /** of every random draw; default 2020 */
  readonly seed?: number;
  /** what the report calls the sets, in place of their paths */
  readonly names?: SetNames;
  /** give each value a standard error and an interval at this level; default none */
  readonly interval?: { readonly level: number };
  /** default `refused`: an unreadable image is an error */
  readonly unreadable?: 'refused' | 'skipped';
  /** default `ignored`, as the Python tools do */
  readonly orientation?: 'ignored' | 'applied';
  readonly maxPixels?: number;
  readonly batchSize?: number;
  readonly threads?: number;
  /** of ONNX Runtime; default `cpu` */
  readonly device?: 'cpu' | 'cuda' | 'dml' | 'coreml' | 'webgpu';
  /** folder of checkpoints and their ONNX files; default STEADFID_MODELS or the user's cache folder */
  readonly models?: string;
  /** folder where embeddings are kept; null: nowhere; default: the user's cache folder */
  readonly cache?: string | null;
  readonly onProgress?: (progress: ScoreProgress) => void;
  /** called before anything is fetched or encoded, with the published networks that are not here and the metrics that need them */
  readonly onMissing?: (missing: readonly MissingNetwork[]) => void;
  /** called before anything is encoded, for each metric that the sides cannot serve: its values will be null */
  readonly onRefused?: (refused: { readonly metric: string; readonly reason: string }) => void;
  readonly signal?: AbortSignal;
  /** called with the embeddings of each network, before their metrics are computed: for what looks at images one by one */
  readonly onSets?: (sets: Comparison) => void;
}

/** The default metrics of `score`. */
export const DEFAULT_METRICS: readonly string[] = METRICS_OF_COMMANDS.score;

export const DEFAULT_SEED = 2020;

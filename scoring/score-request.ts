import type { EmbeddedSet } from '../encoders/embedded-set.js';
import type { KnownStatistics } from '../encoders/files/known-statistics.js';
import type { SourcesOptions } from '../encoders/images/source-options.js';
import type { OfficialEncoder } from '../encoders/networks/encoder-catalog.js';
import type { MissingModels } from '../encoders/open-chosen-encoder.js';
import type { DeviceOptions } from '../encoders/open-encoder.js';
import type { Comparison, MetricValue, Parameters } from '../metrics/metric-definition.js';
import { METRICS_OF_COMMANDS } from '../metrics/records/parameters.js';
import type { SetNames } from './score-report.js';

/** How far the work is: `done` of `total` in `task`. */
export interface ScoreProgress {
  /** what is being done, in words: `samples by inception-v3-fid` */
  readonly task: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'img' | 'metrics' | 'classes';
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

export interface ScoreRequest extends MissingModels, DeviceOptions, DesignRequest {
  /** may be left out where no metric looks at it, as for `is` */
  readonly reference?: ScoreSide;
  readonly generated: ScoreSide;
  /** files that are recognized by hash where one of them is the reference; default: those of `KNOWN_STATISTICS` */
  readonly knownFiles?: readonly KnownStatistics[];
  /** images of the reference's source that the model was not trained on, for metrics that need such; opened as the reference is */
  readonly heldOut?: ScoreSide;
  /**
   * ids of the catalog; default `DEFAULT_METRICS`. One that the sides cannot serve is null with the reason
   */
  readonly metrics?: readonly string[];
  /** id of a published protocol: its metrics, parameters, network and number of generated images */
  readonly protocol?: string;
  /** another number of generated images than the protocol's; the report says so */
  readonly protocolN?: number;
  /** an id, `demo`, or a path to an .onnx; default: each metric's own */
  readonly encoder?: string;
  /** for every metric that knows the name: `{ kidSubsetSize: 500 }` */
  readonly parameters?: Parameters;
  /** of every random draw; default 2020 */
  readonly seed?: number;
  /** what the report calls the sets, in place of their paths */
  readonly names?: SetNames;
  /** each metric of every class too; classes are those of `strata`, else of the source's labels or subfolders */
  readonly perClass?: 'on' | 'off';
  /** give each value a standard error and an interval at this level; default none */
  readonly interval?: { readonly level: number };
  /** beside each interval, the same number between halves of the reference; costs about as much as the value and its interval. Default `off` */
  readonly noiseFloor?: 'on' | 'off';
  /** how many generated images a result names that raise its value most, and as many that lower it most; default none */
  readonly influential?: number;
  /** a file that holds only parts of a divided set; default `refused` */
  readonly incomplete?: 'refused' | 'taken';
  /** how each side is opened, where its file leaves that open */
  readonly sources?: SourcesOptions;
  /** default `refused`: an unreadable image is an error */
  readonly unreadable?: 'refused' | 'skipped';
  /** default `ignored`, as the Python tools do */
  readonly orientation?: 'ignored' | 'applied';
  readonly maxPixels?: number;
  readonly batchSize?: number;
  readonly threads?: number;
  /** folder of checkpoints and their ONNX files; default STEADFID_MODELS or the user's cache folder */
  readonly models?: string;
  /** folder where embeddings are kept; null: nowhere; default: the user's cache folder */
  readonly cache?: string | null;
  /** what was encoded of the reference: several scores of one reference share a Map, so that its images are encoded once */
  readonly encodedReference?: Map<string, EmbeddedSet>;
  /** noise floors that were computed: several scores of one reference share a Map, so that each is computed once */
  readonly noiseFloors?: Map<string, readonly MetricValue[]>;
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

/** Those of `score` by class: one for large classes, and others that bear few images. */
export const DEFAULT_CLASS_METRICS: readonly string[] = METRICS_OF_COMMANDS['per-class'];

export const DEFAULT_SEED = 2020;

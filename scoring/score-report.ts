import type { EncoderIdentity, Warning } from '../encoders/encoder.js';
import type { KnownStatistics } from '../encoders/files/known-statistics.js';
import type { SetContent } from '../encoders/set-content.js';
import type { DesignStatement } from '../metrics/design/design-statement.js';
import type { Interval, MetricValue, Parameters, ResultDirection } from '../metrics/metric-definition.js';

/** A published file of statistics as a report names it. */
export type KnownSource = Pick<KnownStatistics, 'name' | 'sha256' | 'url' | 'holds'>;

/** One side of a score, as the report names it. */
export interface ScoredSide {
  /** the path as the caller typed it */
  readonly source: string;
  /** what tables and pages call the set, if not by its path */
  readonly name?: string;
  /** the published file of statistics that the source is, by hash; left out where it is none */
  readonly known?: KnownSource;
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

/** An image, and the value less the value without it. */
export interface InfluentialImage {
  readonly id: string;
  readonly effect: number;
}

export interface InfluentialImages {
  /** without it the value is lower */
  readonly raising: readonly InfluentialImage[];
  readonly lowering: readonly InfluentialImage[];
}

/** What one number is between halves of the reference: two sets of one source differ by as much by chance. */
export interface NoiseFloor {
  readonly value: number;
  readonly standardError: number;
  /** found as that of the result, so that both are of the same: bias-corrected, or of a value at its n */
  readonly interval: Interval;
  /** of the halves: as many generated as the result has where half of the reference is more */
  readonly n: { readonly reference: number; readonly generated: number };
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
  /** of a distance of Gaussians: how the sets fit theirs; left out of reports before there was such */
  readonly gaussians?: MetricValue['gaussians'];
  /** left out where it was not asked for, of sets paired by id, and where the reference has no halves or they no interval */
  readonly noiseFloor?: NoiseFloor;
  /** the generated images on which the value depends most, the strongest first; left out where it was not asked for, or nothing gives it */
  readonly influential?: InfluentialImages;
  readonly direction: ResultDirection;
  readonly n: {
    readonly reference: number | null;
    readonly generated: number | null;
    /** of metrics that look at such images */
    readonly heldOut?: number | null;
  };
  readonly encoder: EncoderIdentity;
  readonly parameters: Parameters;
  readonly warnings: readonly Warning[];
}

/** A protocol as a report names it. */
export interface ReportedProtocol {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** the generated images that it asks for; null: as many as there are */
  readonly n: number | null;
  /** why these values are not the protocol's; empty where they are */
  readonly departures: readonly string[];
}

/** What `score --json` prints and `score.json` holds: schema `steadfid/score/1`. */
export interface ScoreReport {
  readonly schema: 'steadfid/score/1';
  readonly version: string;
  readonly reference: ScoredSide;
  readonly generated: ScoredSide;
  /** images that the model was not trained on; left out where none were given */
  readonly heldOut?: ScoredSide;
  readonly seed: number;
  /** the published protocol that was asked for; left out where none was */
  readonly protocol?: ReportedProtocol;
  /** how the images were drawn: what was found, and what intervals suppose; left out of reports before there were such, and of statistics */
  readonly design?: DesignStatement;
  readonly results: readonly ScoreResult[];
  /** the same numbers of every class; left out where they were not asked for */
  readonly classes?: ClassScores;
  readonly warnings: readonly Warning[];
}

/** A number of one class. */
export interface ClassValue {
  readonly label: string;
  readonly value: number | null;
  /** why there is none */
  readonly reason?: string;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** two-sided p of no difference to the mean of the other classes; null where there is no test */
  readonly p: number | null;
  /** the same after Holm over the classes of this number */
  readonly pHolm: number | null;
  /** than the mean of the other classes, by `pHolm` at 0.05; null where there is no test */
  readonly against: 'worse' | 'better' | 'not significant' | null;
}

/** One number of every class. */
export interface ClassMetric {
  /** id of the number: `fid`, `precision` */
  readonly metric: string;
  readonly protocol: string;
  readonly direction: ResultDirection;
  /** over the classes, each counted once: intra-FID where the number is a FID; null where a class has no value */
  readonly mean: number | null;
  /** why there is no mean, or no test */
  readonly reasons: readonly string[];
  /** worst first, bias-corrected where that is known; in the order of the labels where nothing ranks them; classes without a value at the end */
  readonly values: readonly ClassValue[];
}

/** Numbers of every class that both sets have. */
export interface ClassScores {
  /** where the labels of each side come from: `subfolders`, `labels.csv`; null where no metric could look at classes */
  readonly labels: { readonly reference: string; readonly generated: string } | null;
  readonly classes: readonly {
    readonly label: string;
    readonly reference: number;
    readonly generated: number;
  }[];
  /** labels of one side alone: their classes have no numbers */
  readonly alone: { readonly reference: readonly string[]; readonly generated: readonly string[] };
  readonly results: readonly ClassMetric[];
}

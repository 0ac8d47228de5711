import type { Parameters } from '../metrics/metric-definition.js';
import type { LabelsOfSides } from '../scoring/score-request.js';

/** Which images of each draw a score keeps. */
export interface ArmFilter {
  /** CSV with a header `id,<score>,…` */
  readonly scores: string;
  readonly column: string;
  /** as `parsedKeepRule` reads it: `mean+1sd`, `q84`, `keep-4400`, `below-2.08` */
  readonly rule: string;
  readonly keep: 'low' | 'high';
}

/** A generated set, or the part of one that is scored: at most one of `ids`, `filter`, `random`, `matched` and `inverse`. */
export interface StudyArm {
  readonly name: string;
  /** folder, zip or embeddings file */
  readonly source: string;
  /** a file with one id a line (`steadfid filter` writes it): only these images take part; null: all */
  readonly ids: string | null;
  readonly filter?: ArmFilter | undefined;
  /** as many images as the arm of this name keeps, at random, anew in every repeat */
  readonly random?: { readonly like: string } | undefined;
  /** the same, matched on detail: by these columns of the scores or controls of the images; null: all that measure detail */
  readonly matched?: { readonly like: string; readonly controls: readonly string[] | null } | undefined;
  /** as many as the arm of this name keeps, from the other end of its score */
  readonly inverse?: { readonly of: string } | undefined;
}

/**
 * `pool`: the rule keeps images of the whole set, and n of those kept are drawn. `draw`: n images are drawn, and the rule keeps some of
 * them, its threshold learned in that draw: what someone with n images would do.
 */
export type FilterOrder = 'pool' | 'draw';

/** A family of distortions and the levels at which each set is distorted; level 0 is always measured. */
interface StudyDistortion {
  readonly kind: string;
  readonly levels: readonly number[];
  /** the second set of contamination (the images put in) and token-noise (those its patches are learned from); else null */
  readonly with: string | null;
}

/**
 * How a repeat draws n images from the pool: `subsample` without replacement, nested in n; `blocks` disjoint, so that
 * repeats are independent; `bootstrap` with replacement, which adds the bias of n again to metrics that have one.
 */
export type ResamplingScheme = 'subsample' | 'blocks' | 'bootstrap';

/** When a filtered set counts as steadier, less steady or as steady as random subsets of as many images. */
export interface StabilityThresholds {
  /** smallest relative change of the spread that matters: 0.2, from 1/1.2 to 1.2 times */
  readonly smallestChange: number;
  /** family-wise error over all metrics and filters */
  readonly significance: number;
}

/** All that a study is: running it again gives the same bytes. */
export interface StudyDesign {
  readonly schema: 'steadfid/design/1';
  readonly reference: string;
  readonly arms: readonly StudyArm[];
  readonly metrics: readonly string[];
  /** a network's id or file; null: each metric's own */
  readonly encoder: string | null;
  readonly distortions: readonly StudyDistortion[];
  /** null: `defaultSizes` of the smallest set */
  readonly sizes: readonly number[] | null;
  /** repeats of metrics whose evaluation is costly: Fréchet distances and all that is not named next */
  readonly repeats: number;
  /** repeats of kernel metrics and the Inception score */
  readonly cheapRepeats: number;
  readonly scheme: ResamplingScheme;
  /** `full` compares every subset with the whole reference, `equal` with as many images of it */
  readonly referenceSize: 'full' | 'equal';
  readonly seed: number;
  readonly parameters: Parameters;
  /** CSV files of classes of which a fixed number was drawn, or `none`; left out: what the images say themselves */
  readonly strata?: LabelsOfSides | undefined;
  /** CSV files or patterns of file names of clusters */
  readonly clusters?: LabelsOfSides | undefined;
  /** of designs with filters alone */
  readonly filterOrder?: FilterOrder | undefined;
  readonly stability?: StabilityThresholds | undefined;
}

/** Name of the set in which one half of the reference is scored against the other: the noise floor of every distance. */
export const NOISE_FLOOR = 'reference-halves';

/** Images that are encoded once: a set as it is, or under one level of one family. */
export interface Condition {
  /** null: the noise floor */
  readonly arm: StudyArm | null;
  readonly name: string;
  /** `none` for the images as they are */
  readonly distortion: string;
  readonly level: number;
}

/** The conditions of a design in the order in which they run: each set plain, then distorted; the noise floor last. */
export function studyConditions(design: StudyDesign): readonly Condition[] {
  const arms = design.arms.flatMap((arm) => [
    { arm, name: arm.name, distortion: 'none', level: 0 },
    ...design.distortions.flatMap(({ kind, levels }) =>
      levels.map((level) => ({ arm, name: arm.name, distortion: kind, level })),
    ),
  ]);
  return [...arms, { arm: null, name: NOISE_FLOOR, distortion: 'none', level: 0 }];
}

/** The same for conditions of the same images: a set, or what a file of ids names of it, at one level of one distortion. */
export function setKey({ arm, distortion, level }: Condition): string {
  return JSON.stringify([arm?.source ?? null, arm?.ids ?? null, distortion, level]);
}

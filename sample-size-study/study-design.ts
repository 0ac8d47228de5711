import type { Parameters } from '../metrics/metric-definition.js';

/** A generated set, or the part of one that a rule keeps. */
export interface StudyArm {
  readonly name: string;
  /** folder, zip or embeddings file */
  readonly source: string;
  /** a file with one id a line (`steadfid filter` writes it): only these images take part; null: all */
  readonly ids: string | null;
}

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

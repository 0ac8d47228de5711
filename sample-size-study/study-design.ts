import type { Parameters } from '../metrics/metric-definition.js';

/** A generated set, or the part of one that a rule keeps. */
export interface StudyArm {
  readonly name: string;
  /** folder, zip or embeddings file */
  readonly source: string;
  /** a file with one id a line (`steadfid filter` writes it): only these images take part; null: all */
  readonly ids: string | null;
}

/** A family of distortions and the levels at which each arm is distorted; level 0 is always measured. */
export interface StudyDistortion {
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
  /** null: `defaultSizes` of the smallest arm */
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

import type { ControlFamily } from '../uncertainty/control.js';
import type { BeyondDetail, NoMatch } from './beyond-detail.js';
import type { EstimateWithInterval, RandomizationTest } from './randomization-test.js';

/**
 * `helps`: more than detail does. `helps-detail-unmeasured`: better than random, and no measure of detail was there to compare with.
 * `inseparable-from-detail`: better than random, and not known to be no more than detail, but detail predicts the decision too well to say more.
 */
export type VerdictKind =
  | 'helps'
  | 'helps-detail-unmeasured'
  | 'inseparable-from-detail'
  | 'hurts'
  | 'not-more-than-detail'
  | 'no-evidence'
  | 'too-few-images'
  | 'too-few-draws';

/** What the numbers say, in one word and one sentence. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly sentence: string;
  /** images that would be enough to see or to exclude the smallest effect that matters; null unless there are too few, or where no
   * number is */
  readonly imagesNeeded: number | null;
}

/** A control score's filter of the same size, beside the score's. */
export interface ControlEffect {
  readonly control: string;
  readonly family: ControlFamily;
  /** Spearman's correlation of the score with the control */
  readonly correlation: number;
  /** the side of the control that was dropped: of detail the one that does better, else the one that the score's dropped images lean to */
  readonly dropped: 'high' | 'low';
  readonly value: number;
  readonly test: RandomizationTest;
  /**
   * value of the score's filter less the control's, by jackknife: below 0 (where lower is better) the score does more than
   * the control. Of the measure of detail that does most; null for the others, where nothing depends on it
   */
  readonly difference: EstimateWithInterval | null;
}

/** What is left of a score when detail is regressed out, filtered at the same size. */
export interface ResidualEffect {
  /** share of the rank variance of the score that the detail controls explain */
  readonly explained: number;
  readonly value: number;
  readonly test: RandomizationTest;
}

/** One share removed. */
export interface Dose {
  readonly removed: number;
  readonly n: number;
  readonly filtered: number;
  readonly inverse: number;
  readonly random: {
    readonly mean: number;
    readonly standardDeviation: number;
    readonly low: number;
    readonly high: number;
  };
}

/** Metric against share removed, by the score, by chance and by what knows the metric. */
export interface Sparsification {
  readonly removed: readonly number[];
  readonly filtered: readonly number[];
  /** expected of random subsets: value of the pool + slope·(1/n − 1/N) */
  readonly random: readonly number[];
  /** dropping by the metric's own first-order influence, seen from the other half; null where the engine has none */
  readonly oracle: readonly number[] | null;
  /** area between score and oracle, metric × share: 0 is as good as it, below 0 better; null without oracle */
  readonly ause: number | null;
  /** area between chance and score, metric × share: above 0 is better than chance */
  readonly aurg: number;
}

/** What one filter does to one metric. */
export interface FilterEffect {
  readonly score: string;
  readonly metric: string;
  readonly direction: 'lower-is-better' | 'higher-is-better';
  readonly role: 'quality' | 'fidelity' | 'diversity';
  /** images kept, the same number in every subset */
  readonly n: number;
  /** of all images: at another n, and so not comparable with the rest where the metric is biased */
  readonly unfiltered: { readonly n: number; readonly value: number };
  /** where the threshold falls among images of equal score, the mean over several draws of those that are kept */
  readonly filtered: number;
  readonly random: RandomizationTest & { readonly values: readonly number[] };
  /** keeping the most uncertain instead */
  readonly inverse: { readonly value: number; readonly test: RandomizationTest };
  /** filtered less the random subsets' mean, in the metric's units, with a jackknife that draws the line anew */
  readonly difference: EstimateWithInterval;
  /** the best change, for as many images dropped or fewer, by a score that knows the metric without having seen what it judges;
   * null where the engine has no influence */
  readonly oracleChange: number | null;
  /** two-sided p after Holm over every score and quality metric tried; null for the metrics beside them */
  readonly pHolm: number | null;
  readonly controls: readonly ControlEffect[];
  readonly residual: ResidualEffect | { readonly reason: string };
  /** against random subsets matched on detail, where the filter changes a quality metric; p after Holm as `pHolm` */
  readonly beyondDetail: (BeyondDetail & { readonly pHolm: number }) | NoMatch;
  readonly doses: readonly Dose[];
  /** Spearman's correlation of share removed with improvement over the random mean; null for fewer than three doses */
  readonly doseTrend: number | null;
  readonly sparsification: Sparsification;
  /** null for the metrics beside the quality ones */
  readonly verdict: Verdict | null;
}

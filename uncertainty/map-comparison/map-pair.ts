import { ShapeError } from '../../errors.js';
import { mean } from '../../numerics/mean-and-variance.js';
import { pearsonCorrelation, quantile, spearmanCorrelation } from '../../numerics/order-statistics.js';
import { dotProduct } from '../../numerics/products.js';
import type { PixelMap } from '../pixel-map.js';
import { gaussianBlur } from './gaussian-blur.js';
import { structuralSimilarity } from './structural-similarity.js';

/** Agreement of two maps of one image; null where a number does not exist. */
export interface MapPair {
  readonly pearson: number | null;
  readonly spearman: number | null;
  /** the same after a Gaussian blur: noise of single pixels averages out, signal stays */
  readonly blurredPearson: number | null;
  readonly blurredSpearman: number | null;
  /** mean of the second ÷ mean of the first */
  readonly ratio: number | null;
  /** √(1 − r₀²), r₀ = Σab/√(Σa²Σb²): root mean square error after the best scaling of the first, in units of the second's root
   * mean square; 0 for proportional maps, 1 for unrelated ones */
  readonly scaleFreeError: number | null;
  readonly ssim: number | null;
  /** Jaccard overlap of the most uncertain 16 % of the pixels */
  readonly topOverlap: number;
}

/** σ of the blur, in pixels. */
const BLUR_SIGMA = 3;
/** What BayesDiff's rule drops of a normal distribution. */
const TOP_SHARE = 0.16;

function topOverlap(first: Float64Array, second: Float64Array): number {
  const [a, b] = [quantile(first, 1 - TOP_SHARE)!, quantile(second, 1 - TOP_SHARE)!];
  let [both, either] = [0, 0];
  for (let i = 0; i < first.length; i++) {
    const [inFirst, inSecond] = [first[i]! >= a, second[i]! >= b];
    if (inFirst && inSecond) both++;
    if (inFirst || inSecond) either++;
  }
  return both / either;
}

/** @throws ShapeError SHAPE_MISMATCH if the maps differ in size */
export function mapPair(first: PixelMap, second: PixelMap): MapPair {
  if (first.height !== second.height || first.width !== second.width) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'mapPair',
      expected: 'two maps of one image must have one size to be compared',
      received: `${first.height} × ${first.width} and ${second.height} × ${second.width}`,
    });
  }
  const [a, b] = [first.data, second.data];
  const [blurredA, blurredB] = [first, second].map(
    (map) => gaussianBlur(map, { sigma: BLUR_SIGMA }).data,
  ) as [Float64Array, Float64Array];
  const squares = dotProduct(a, a) * dotProduct(b, b);
  const firstMean = mean(a)!;
  return {
    pearson: pearsonCorrelation(a, b) ?? null,
    spearman: spearmanCorrelation(a, b) ?? null,
    blurredPearson: pearsonCorrelation(blurredA, blurredB) ?? null,
    blurredSpearman: spearmanCorrelation(blurredA, blurredB) ?? null,
    ratio: firstMean === 0 ? null : mean(b)! / firstMean,
    scaleFreeError: squares === 0 ? null : Math.sqrt(Math.max(0, 1 - dotProduct(a, b) ** 2 / squares)),
    ssim: structuralSimilarity(first, second) ?? null,
    topOverlap: topOverlap(a, b),
  };
}

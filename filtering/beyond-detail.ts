import { mean } from '../numerics/mean-and-variance.js';
import { concordance } from '../numerics/order-statistics.js';
import { outOfBagPredictions } from '../numerics/regression-forest.js';
import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { centeredRanks } from '../uncertainty/residual-score.js';
import { extremeIndices } from './kept-indices.js';
import type { MetricRun } from './metric-run.js';
import type { RandomizationTest } from './randomization-test.js';
import { randomizationTest } from './randomization-test.js';

/** A filtered value among random subsets matched on detail. */
export interface BeyondDetail {
  /** share of the variance of the keep decision that detail predicts, out of bag; 0 where it predicts nothing */
  readonly explained: number;
  /** of a kept and a dropped image, how often detail predicts which is which, out of bag: 0.5 is chance; none in reports of before */
  readonly concordance?: number;
  /** images whose block holds both kept and dropped ones: only these distinguish score from detail */
  readonly n: number;
  /** the metric of as many images, those that detail predicts to be kept: the score's copy out of detail; none in reports of before */
  readonly copy?: number;
  readonly test: RandomizationTest;
}

/** Why a filter is not compared with subsets matched on detail. */
export interface NoMatch {
  readonly reason: string;
  /** where detail predicts the decision too well for that */
  readonly concordance?: number;
}

/**
 * Concordance from which on detail predicts a decision almost perfectly. The bench's decisions that are made by detail alone (step, band,
 * and, xor, product, sum, ratio of controls) have 0.97 or more at 400 images; those of scores that know more have less.
 */
export const SEPARABLE_BELOW = 0.95;

/** Images in a block at least: enough to hold kept and dropped ones at usual rules, few enough to be alike. */
export const BLOCK_SIZE = 8;

/** Shares of the images that each tree of a forest sees: as many as a bootstrap sample has of different ones, and half of that. */
const SEEN = { all: 0.632, half: 0.316 } as const;

/**
 * What a forest of all images misses, in units of what it gains over one of half as many: 1/(√2 − 1), as of an error that falls with
 * 1/√n, the slowest that two controls jointly allow.
 */
export const EXTRAPOLATION = 1 / (Math.SQRT2 - 1);

/**
 * Whether a filter does more than its detail: compared with random subsets matched on detail, which keep as many images of each
 * block as it does. Their mean is the effect of detail alone; the rest of the change is the score's own.
 *
 * Blocks are of images for which a forest of trees predicts, from all detail controls jointly and out of bag, about the same chance to be
 * kept, and (where the metric has an influence) about the same influence on the metric. If the score relates to quality only through
 * detail, and one of the two predictions is right, which images of a block are kept is random.
 *
 * A forest learns detail only as well as the number of images allows. So the same is done with forests that see half as many, and the mean
 * of the matched subsets is extrapolated from the two to n → ∞, if that takes it toward the filtered value.
 *
 * Source: blocks on a balancing score, Rosenbaum and Rubin 1983, doi:10.1093/biomet/70.1.41; drawing anew within them, Rosenbaum 1984,
 * Journal of the American Statistical Association 79:565; both predictions, Antonelli et al. 2018, doi:10.1111/biom.12887.
 *
 * @param filter  what the filter keeps: the chance of each image (n), one draw of it, and its value
 */
export async function beyondDetail(
  run: MetricRun,
  filter: { readonly probabilities: Float64Array; readonly kept: Uint32Array; readonly value: number },
  {
    details,
    draws,
    seed,
  }: { readonly details: readonly PooledScore[]; readonly draws: number; readonly seed: number },
): Promise<BeyondDetail | NoMatch> {
  if (details.length === 0) return { reason: 'no detail controls were given' };
  const { kept, probabilities, value } = filter;
  const chance = detailPrediction(probabilities, details, seed);
  const agreement = concordance(probabilities, chance.ofAll);
  const inseparable = {
    reason: 'image detail alone determines which images are kept',
    concordance: agreement,
  };
  if (agreement >= SEPARABLE_BELOW) return inseparable;
  const influence = await run.influence();
  const beside = influence === null ? [] : [detailPrediction(centeredRanks(influence), details, seed).ofAll];
  const own = new Set(kept);
  const blocksBy = (predicted: Float64Array) =>
    medianBlocks([predicted, ...beside], { size: BLOCK_SIZE, tiesBy: run.part().tiesBy });
  const matchedValues = async (blocks: readonly Uint32Array[], count: number): Promise<number[]> => {
    const values: number[] = [];
    for (let draw = 0; draw < count; draw++)
      values.push(await run.value(detailMatchedSubset(blocks, own, { draw, seed })));
    return values;
  };
  const blocks = blocksBy(chance.ofAll);
  const mixed = blocks.filter((block) => block.some((i) => own.has(i)) && block.some((i) => !own.has(i)));
  if (mixed.length === 0) return inseparable;
  const matched = await matchedValues(blocks, draws);
  const ofHalf = await matchedValues(blocksBy(chance.ofHalf()), Math.ceil(draws / 2));
  const gained = mean(matched)! - mean(ofHalf)!;
  const missed = gained * (value - mean(matched)!) > 0 ? EXTRAPOLATION * gained : 0;
  const copy = extremeIndices(chance.ofAll, { count: kept.length, keep: 'high' }, run.part());
  return {
    explained: Math.max(0, 1 - meanSquare(probabilities, chance.ofAll) / meanSquare(probabilities, null)),
    concordance: agreement,
    n: mixed.reduce((sum, block) => sum + block.length, 0),
    copy: await run.value(copy),
    test: randomizationTest(
      value,
      matched.map((one) => one + missed),
    ),
  };
}

/** What detail predicts of a target, out of bag, by forests of all images and of half as many. */
interface DetailPrediction {
  readonly ofAll: Float64Array;
  ofHalf(): Float64Array;
}

/**
 * The better of two forests, one that cuts along controls and one that also cuts across them: neither learns every form well from few
 * images.
 */
function detailPrediction(
  target: Float64Array,
  details: readonly PooledScore[],
  seed: number,
): DetailPrediction {
  const own = details.map(({ values }) => centeredRanks(values));
  const joint = jointDetail(own);
  const forests = [
    { features: own, tried: own.length },
    { features: joint, tried: Math.ceil(joint.length / 3) },
  ].map(({ features, tried }) => {
    const predicted = (seen: number) =>
      outOfBagPredictions(features, target, { random: seededRandom(seed, 'forest', seen), tried, seen });
    const ofAll = predicted(SEEN.all);
    return { ofAll, ofHalf: () => predicted(SEEN.half), error: meanSquare(target, ofAll) };
  });
  const [along, across] = forests as [(typeof forests)[0], (typeof forests)[0]];
  return along.error <= across.error ? along : across;
}

/** Mean squared distance of values from others, or from their own mean. */
function meanSquare(values: Float64Array, others: Float64Array | null): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value, i) => sum + (value - (others?.[i] ?? mean)) ** 2, 0) / values.length;
}

/** Ranks of each control, and the sum and the difference of each two. */
function jointDetail(ranks: readonly Float64Array[]): Float64Array[] {
  const pairs = ranks.flatMap((first, i) =>
    ranks
      .slice(i + 1)
      .flatMap((second) => [1, -1].map((sign) => first.map((value, row) => value + sign * second[row]!))),
  );
  return [...ranks, ...pairs];
}

/**
 * Rows in blocks of about the same coordinates: cut in two at the median of each coordinate in turn, as long as both halves hold enough.
 *
 * @param coordinates  (n) each
 * @param size  rows in a block at least
 * @param tiesBy  (n) the order of rows of equal coordinates
 */
export function medianBlocks(
  coordinates: readonly Float64Array[],
  { size, tiesBy }: { readonly size: number; readonly tiesBy: ArrayLike<number> },
): Uint32Array[] {
  const cut = (rows: Uint32Array, depth: number): Uint32Array[] => {
    if (rows.length < 2 * size) return [rows];
    const values = coordinates[depth % coordinates.length]!;
    const order = rows.slice().sort((a, b) => values[a]! - values[b]! || tiesBy[a]! - tiesBy[b]!);
    const half = order.length >> 1;
    return [...cut(order.slice(0, half), depth + 1), ...cut(order.slice(half), depth + 1)];
  };
  return cut(
    Uint32Array.from(coordinates[0]!, (_, row) => row),
    0,
  );
}

/**
 * A random subset matched on detail: it keeps as many images of each block as a filter does.
 *
 * @param kept  indices that the filter keeps
 * @returns indices ascending
 */
export function detailMatchedSubset(
  blocks: readonly Uint32Array[],
  kept: ReadonlySet<number>,
  { draw, seed }: { readonly draw: number; readonly seed: number },
): Uint32Array {
  const random = seededRandom(seed, 'like-detail', draw);
  const chosen = blocks.flatMap((block) => {
    const size = block.reduce((count, index) => count + (kept.has(index) ? 1 : 0), 0);
    return Array.from(sampleIndices({ n: block.length, size }, random), (index) => block[index]!);
  });
  return Uint32Array.from(chosen).sort();
}

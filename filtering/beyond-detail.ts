import { concordance } from '../numerics/order-statistics.js';
import { outOfBagPredictions } from '../numerics/regression-forest.js';
import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { centeredRanks, rankFit } from '../uncertainty/residual-score.js';
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
  /** whether detail leaves too little of the decision unexplained, n → ∞, to attribute an improvement to the rest; none in reports of before */
  readonly isDetermined?: boolean;
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

/** Shares of the images that each tree of a forest sees: as many as a bootstrap sample has of different ones, and half of that. */
const SEEN = { all: 0.632, half: 0.316 } as const;

/** Images for each term of a polynomial's fit, so that it follows detail and not chance. */
const IMAGES_PER_TERM = 20;

/** What a verdict on detail rests on beside the data. Each can be changed by a fifth: bench/results/filtering-sensitivity.json. */
export interface BeyondDetailConstants {
  /**
   * Share of the decision's variance that detail must leave unexplained, n → ∞, before a change is attributed to the rest. Of decisions that are made by
   * detail alone (step, band, and, xor, product, sum, ratio, distance of controls) forests of 400 images leave 0.22 at most, of those of scores that know more
   * 0.47 at least. Noisy scores of detail lie between, and do no more than detail on either side of it.
   */
  readonly leastUnexplained: number;
  /** Images in a block at least: enough to hold kept and dropped ones at usual rules, few enough to be alike (of 8, they are not). */
  readonly blockSize: number;
  /**
   * What a forest of all images fails to explain, in units of what it gains over one of half as many: 1/(√2 − 1), as of an error that
   * falls with 1/√n.
   */
  readonly extrapolation: number;
}

export const BEYOND_DETAIL: BeyondDetailConstants = {
  leastUnexplained: 1 / 3,
  blockSize: 5,
  extrapolation: 1 / (Math.SQRT2 - 1),
};

/**
 * Whether a filter does more than its detail: compared with random subsets matched on detail, which keep as many images of each
 * block as it does. Their mean is the effect of detail alone; the rest of the change is the score's own.
 *
 * Blocks are of images for which a forest of trees predicts, from all detail controls jointly and out of bag, about the same chance to be
 * kept, and (where the metric has an influence) about the same influence on the metric. If the score relates to quality only through
 * detail, and one of the two predictions is right, which images of a block are kept is random.
 *
 * A forest learns detail only as well as the number of images allows. So what it leaves unexplained of the decision is extrapolated to
 * n → ∞ from that of a forest of half as many; where little is left, no improvement is attributed to the score.
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
    constants = BEYOND_DETAIL,
  }: {
    readonly details: readonly PooledScore[];
    readonly draws: number;
    readonly seed: number;
    readonly constants?: BeyondDetailConstants;
  },
): Promise<BeyondDetail | NoMatch> {
  const found = await detailMatch(run, filter, { details, seed, constants });
  if ('reason' in found) return found;
  const matched = await run.drawnValues(found.matched, { end: draws });
  const { explained, concordance, isDetermined, n } = found;
  const copy = await run.value(found.copy);
  return { explained, concordance, isDetermined, n, copy, test: randomizationTest(filter.value, matched) };
}

/** Subsets that are like a filter's in detail. */
interface DetailMatch extends Pick<BeyondDetail, 'explained' | 'n'> {
  readonly concordance: number;
  readonly isDetermined: boolean;
  /** as many images, those that detail predicts to be kept */
  readonly copy: Uint32Array;
  /** a random subset that has as much of each kind of detail */
  matched(draw: number): Uint32Array;
}

/** A forest that has seen images of a cluster knows the others of it, and blocks of images break clusters. */
const OF_CLUSTERS = 'images form clusters, and matching on detail is of independent images';

export const DETERMINED = 'image detail alone determines which images are kept';

/** What a filter is compared with beyond detail, before any value of it is known. */
export async function detailMatch(
  run: MetricRun,
  { kept, probabilities }: { readonly probabilities: Float64Array; readonly kept: Uint32Array },
  {
    details,
    seed,
    constants,
  }: {
    readonly details: readonly PooledScore[];
    readonly seed: number;
    readonly constants: BeyondDetailConstants;
  },
): Promise<DetailMatch | NoMatch> {
  if (details.length === 0) return { reason: 'no detail controls were given' };
  if (run.design !== null && run.design.clusters !== null) return { reason: OF_CLUSTERS };
  const { leastUnexplained, blockSize, extrapolation } = constants;
  const chance = detailPrediction(probabilities, details, seed);
  const agreement = concordance(probabilities, chance.ofAll);
  const unexplained = chance.error - extrapolation * Math.max(0, chance.errorOfHalf() - chance.error);
  const beside = influenceCoordinates(await run.influence(), details, seed);
  const own = new Set(kept);
  const blocks = medianBlocks([chance.ofAll, ...beside], { size: blockSize, tiesBy: run.part().tiesBy });
  const mixed = blocks.filter((block) => block.some((i) => own.has(i)) && block.some((i) => !own.has(i)));
  if (mixed.length === 0) return { reason: DETERMINED, concordance: agreement };
  return {
    explained: Math.max(0, 1 - chance.error),
    concordance: agreement,
    isDetermined: unexplained < leastUnexplained,
    n: mixed.reduce((sum, block) => sum + block.length, 0),
    copy: extremeIndices(chance.ofAll, { count: kept.length, keep: 'high' }, run.part()),
    matched: (draw) => detailMatchedSubset(blocks, own, { draw, seed }),
  };
}

/** What detail predicts of a target, out of bag. */
interface DetailPrediction {
  readonly ofAll: Float64Array;
  /** share of the target's variance that is left */
  readonly error: number;
  /** the same of a forest whose trees see half as many images */
  errorOfHalf(): number;
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
  const joint = jointDetail(own, target);
  const variance = meanSquare(target, null);
  const forests = [
    { features: own, tried: own.length },
    { features: joint, tried: Math.ceil(joint.length / 3) },
  ].map(({ features, tried }): DetailPrediction => {
    const predicted = (seen: number) =>
      outOfBagPredictions(features, target, { random: seededRandom(seed, 'forest', seen), tried, seen });
    const errorOf = (prediction: Float64Array) => meanSquare(target, prediction) / variance;
    const ofAll = predicted(SEEN.all);
    return { ofAll, error: errorOf(ofAll), errorOfHalf: () => errorOf(predicted(SEEN.half)) };
  });
  const [along, across] = forests as [DetailPrediction, DetailPrediction];
  return along.error <= across.error ? along : across;
}

/** Of the influence of each image on a metric, what detail predicts; nothing where the metric has none. */
function influenceCoordinates(
  influence: Float64Array | null,
  details: readonly PooledScore[],
  seed: number,
): readonly Float64Array[] {
  return influence === null ? [] : [detailPrediction(centeredRanks(influence), details, seed).ofAll];
}

/**
 * What images of one block have in common: what detail predicts, out of bag, of the chance to be kept, and of the influence on a metric.
 *
 * @param kept  the chance of each image to be kept (n)
 * @param influence  on the metric (n); null where it has none
 * @param details  at least one
 */
export function detailCoordinates(
  { kept, influence }: { readonly kept: Float64Array; readonly influence: Float64Array | null },
  details: readonly PooledScore[],
  seed: number,
): readonly Float64Array[] {
  return [detailPrediction(kept, details, seed).ofAll, ...influenceCoordinates(influence, details, seed)];
}

/** Mean squared distance of values from others, or from their own mean. */
function meanSquare(values: Float64Array, others: Float64Array | null): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value, i) => sum + (value - (others?.[i] ?? mean)) ** 2, 0) / values.length;
}

/** Ranks of each control, the sum and the difference of each two, and what a polynomial of them all fits of the target. */
function jointDetail(ranks: readonly Float64Array[], target: Float64Array): Float64Array[] {
  const scaled = ranks.map((own) => own.map((value) => value / own.length));
  const combined = (combine: (first: number, second: number) => number) =>
    scaled.flatMap((first, i) =>
      scaled.slice(i + 1).map((second) => first.map((value, row) => combine(value, second[row]!))),
    );
  const squares = scaled.map((own) => own.map((value) => value * value));
  const terms = [...scaled, ...squares, ...combined((first, second) => first * second)];
  const affordable = target.length >= IMAGES_PER_TERM * terms.length ? terms : scaled;
  return [
    ...ranks,
    ...combined((first, second) => first + second),
    ...combined((first, second) => first - second),
    rankFit(target, affordable).fitted,
  ];
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
  const chosen = new Uint32Array(kept.size);
  let count = 0;
  for (const block of blocks) {
    let size = 0;
    for (let at = 0; at < block.length; at++) if (kept.has(block[at]!)) size++;
    const places = sampleIndices({ n: block.length, size }, random);
    for (let at = 0; at < size; at++) chosen[count++] = block[places[at]!]!;
  }
  return chosen.subarray(0, count).sort();
}

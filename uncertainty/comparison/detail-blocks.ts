import { sampleIndices, seededRandom } from '../../metrics/numerics/seeded-random.js';
import type { PooledScore } from '../pooled-score.js';
import { centeredRanks, rankFit } from '../rank-fit.js';

/** Images of about the same expected score. */
const BLOCK = 10;
/** Images for each term of the fit, so that it follows detail and not chance. */
const IMAGES_PER_TERM = 20;

/** The images of a pool in blocks of about the same expected score, given their detail. */
export interface DetailBlocks {
  /** R²: share of the score's rank variance that detail explains */
  readonly explained: number;
  /** places */
  readonly blocks: readonly Uint32Array[];
}

/** Each control's ranks, then their squares, then their cubes, as far as the number of images allows. */
function terms(details: readonly PooledScore[]): Float64Array[] {
  const size = details[0]!.pool.size;
  const linear = details.map(({ values }) => centeredRanks(values).map((rank) => (2 * rank) / size));
  const all = [1, 2, 3].flatMap((power) => linear.map((vector) => vector.map((value) => value ** power)));
  return all.slice(0, Math.max(details.length, Math.floor(size / IMAGES_PER_TERM)));
}

/**
 * Blocks of images whose detail lets expect about the same score. If the score has nothing to do with quality except through
 * detail, then within a block it might as well have been dealt out by chance.
 *
 * Source: blocks on a fitted balancing score, Rosenbaum and Rubin 1983, doi:10.1093/biomet/70.1.41; drawing anew within them,
 * Rosenbaum 1984, Journal of the American Statistical Association 79:565.
 *
 * @param details  control scores of detail, at least one, of the same pool
 */
export function detailBlocks(score: PooledScore, details: readonly PooledScore[]): DetailBlocks {
  const { fitted, explained } = rankFit(centeredRanks(score.values), terms(details));
  const order = Uint32Array.from(fitted, (_, place) => place).sort(
    (a, b) => fitted[a]! - fitted[b]! || a - b,
  );
  const count = Math.max(1, Math.round(order.length / BLOCK));
  const start = (block: number) => Math.round((block * order.length) / count);
  return {
    explained,
    blocks: Array.from({ length: count }, (_, block) => order.slice(start(block), start(block + 1))),
  };
}

/**
 * A random subset that keeps as many of each block as a filter does: it drops as detailed images as the filter.
 *
 * @param kept  places that the filter keeps
 * @returns places ascending
 */
export function subsetOfLikeDetail(
  { blocks }: DetailBlocks,
  kept: ReadonlySet<number>,
  { draw, seed }: { readonly draw: number; readonly seed: number },
): Uint32Array {
  const random = seededRandom(seed, 'like-detail', draw);
  const chosen = blocks.flatMap((block) => {
    const size = block.reduce((count, place) => count + (kept.has(place) ? 1 : 0), 0);
    return Array.from(sampleIndices({ n: block.length, size }, random), (index) => block[index]!);
  });
  return Uint32Array.from(chosen).sort();
}

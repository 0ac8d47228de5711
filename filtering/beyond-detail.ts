import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { centeredRanks, rankFit } from '../uncertainty/residual-score.js';
import type { MetricRun } from './metric-run.js';
import type { RandomizationTest } from './randomization-test.js';
import { randomizationTest } from './randomization-test.js';

/** A filtered value among random subsets matched on detail. */
export interface BeyondDetail {
  /** share of the score's rank variance that detail explains, curves included */
  readonly explained: number;
  /** images whose block holds both kept and dropped ones: only these distinguish score from detail */
  readonly n: number;
  readonly test: RandomizationTest;
}

/**
 * Whether a filter does more than its detail: compared with random subsets matched on detail, which keep as many images of each
 * block as it does. Their mean is the effect of detail alone; the rest of the change is the score's own.
 *
 * @param kept  indices that the filter keeps
 */
export async function beyondDetail(
  run: MetricRun,
  score: PooledScore,
  {
    details,
    kept,
    draws,
    seed,
  }: {
    readonly details: readonly PooledScore[];
    readonly kept: Uint32Array;
    readonly draws: number;
    readonly seed: number;
  },
): Promise<BeyondDetail | { readonly reason: string }> {
  if (details.length === 0) return { reason: 'no detail controls were given' };
  const found = detailBlocks(score, details);
  const own = new Set(kept);
  const mixed = found.blocks.filter(
    (block) => block.some((index) => own.has(index)) && block.some((index) => !own.has(index)),
  );
  if (mixed.length === 0) return { reason: 'image detail alone determines which images are kept' };
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    values.push(await run.value(detailMatchedSubset(found, own, { draw, seed })));
  }
  return {
    explained: found.explained,
    n: mixed.reduce((sum, block) => sum + block.length, 0),
    test: randomizationTest(await run.value(kept), values),
  };
}

/** Images of about the same expected score. */
const BLOCK = 10;
/** Images for each term of the fit, so that it follows detail and not chance. */
const IMAGES_PER_TERM = 20;

/** The images of a pool in blocks of about the same expected score, given their detail. */
interface DetailBlocks {
  /** R²: share of the score's rank variance that detail explains */
  readonly explained: number;
  /** indices */
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
 * Blocks of images with about the same expected score, given their detail. If the score relates to quality only through detail,
 * it is random within a block.
 *
 * Source: blocks on a fitted balancing score, Rosenbaum and Rubin 1983, doi:10.1093/biomet/70.1.41; drawing anew within them,
 * Rosenbaum 1984, Journal of the American Statistical Association 79:565.
 *
 * @param details  control scores of detail, at least one, of the same pool
 */
export function detailBlocks(score: PooledScore, details: readonly PooledScore[]): DetailBlocks {
  const { fitted, explained } = rankFit(centeredRanks(score.values), terms(details));
  const order = Uint32Array.from(fitted, (_, index) => index).sort(
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
 * A random subset matched on detail: it keeps as many images of each block as a filter does.
 *
 * @param kept  indices that the filter keeps
 * @returns indices ascending
 */
export function detailMatchedSubset(
  { blocks }: DetailBlocks,
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

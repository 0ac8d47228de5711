import type { PooledScore } from '../pooled-score.js';
import { detailBlocks, subsetOfLikeDetail } from './detail-blocks.js';
import type { MetricRun } from './metric-run.js';
import { type RandomizationTest, randomizationTest } from './randomization-test.js';

/** A filtered value among random subsets that drop as detailed images as the filter does. */
export interface BeyondDetail {
  /** share of the score's rank variance that detail explains, curves included */
  readonly explained: number;
  /** images whose block holds both kept and dropped ones: only these can tell score from detail */
  readonly n: number;
  readonly test: RandomizationTest;
}

/**
 * Whether a filter does more than its detail: against random subsets that keep as many images of each block of like detail
 * as it does. Their mean is what detail alone does; what remains of the change is the score's own.
 *
 * @param kept  places that the filter keeps
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
    (block) => block.some((place) => own.has(place)) && block.some((place) => !own.has(place)),
  );
  if (mixed.length === 0) return { reason: 'detail alone tells the kept from the dropped' };
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    values.push(await run.value(subsetOfLikeDetail(found, own, { draw, seed })));
  }
  return {
    explained: found.explained,
    n: mixed.reduce((sum, block) => sum + block.length, 0),
    test: randomizationTest(await run.value(kept), values),
  };
}

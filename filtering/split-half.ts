import { randomGroups } from '../metrics/intervals/delete-group-jackknife.js';
import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import type { KeepRule } from '../uncertainty/keep-rule.js';
import type { SplitHalf } from './compare-report.js';
import type { ThresholdedScore } from './filter-effect-of.js';
import { tieOrder, unguardedDecision } from './keep-decision.js';
import type { MetricRun } from './metric-run.js';
import { clusteredSubset, type PoolDesign } from './pool-design.js';
import { randomizationTest } from './randomization-test.js';

/**
 * The line drawn on one random half of the pool, and what it does to the other: against random subsets of that half. A count
 * has no line to carry over; its score's threshold there is used.
 *
 * @returns null where the line keeps nothing or everything of the other half
 */
export async function splitHalf(
  run: MetricRun,
  thresholded: ThresholdedScore,
  { seed, draws }: { readonly seed: number; readonly draws: number },
): Promise<SplitHalf | null> {
  const { score } = thresholded;
  const found = halves(thresholded, { seed, design: run.design });
  if (found === null) return null;
  const { threshold, pool, kept, random } = found;
  const value = await run.value(kept);
  const values = await run.drawnValues(random, { end: draws });
  const test = randomizationTest(value, values);
  return { score: score.name, metric: run.metric.id, threshold, pool, n: kept.length, value, test };
}

/** The line of one half, and of the other half what is kept and as many at random; null where all or nothing is kept. */
export function halves(
  { score, rule }: ThresholdedScore,
  { seed, design }: { readonly seed: number; readonly design: PoolDesign | null },
) {
  const [learning, judged] =
    design === null ? randomGroups({ n: score.pool.size, groups: 2, seed }) : designHalves(design);
  const ties = tieOrder(score.pool.ids, { seed });
  const decisionOf = (indices: Uint32Array, keepRule: KeepRule) =>
    unguardedDecision(
      Float64Array.from(indices, (index) => score.values[index]!),
      keepRule,
      Float64Array.from(indices, (index) => ties[index]!),
    );
  const halved =
    rule.threshold.kind === 'count'
      ? {
          ...rule,
          threshold: { kind: 'count', count: Math.max(1, Math.round(rule.threshold.count / 2)) } as const,
        }
      : rule;
  const { threshold } = decisionOf(learning!, halved);
  const fixed = { ...rule, threshold: { kind: 'fixed', threshold } as const };
  const { kept } = decisionOf(judged!, fixed);
  if (kept.length < 2 || kept.length === judged!.length) return null;
  return {
    threshold,
    pool: judged!.length,
    kept: kept.map((index) => judged![index]!),
    random(draw: number): Uint32Array {
      const clusters = design?.clusters ?? null;
      if (clusters !== null) {
        const own = judged!.map((index) => clusters[index]!);
        const subset = clusteredSubset({ clusters: Int32Array.from(own), kept }, { draw, seed });
        return subset.map((index) => judged![index]!);
      }
      const chosen = sampleIndices(
        { n: judged!.length, size: kept.length },
        seededRandom(seed, 'split-half', draw),
      );
      return chosen.map((index) => judged![index]!).sort();
    },
  };
}

/** Half of the groups of a design, and the others. */
function designHalves({ groups }: PoolDesign): readonly Uint32Array[] {
  const half = Math.floor(groups.length / 2);
  return [groups.slice(half), groups.slice(0, half)].map((part) =>
    Uint32Array.from(part.flatMap((indices) => [...indices])).sort(),
  );
}

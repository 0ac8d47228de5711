import { type ComparisonPlan, comparisonPlan } from '../../filtering/comparison-plan.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import { filterEffects } from '../../filtering/filter-effects.js';
import { frechetOfSubsets } from '../../filtering/subset-metrics/frechet-of-subsets.js';
import { mmdOfSubsets } from '../../filtering/subset-metrics/mmd-of-subsets.js';
import { cmmdUnbiased } from '../../metrics/records/cmmd.js';
import type { Algebra } from '../../numerics/algebra.js';
import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { sampleIndices, seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { IMAGE_CONTROLS } from '../../uncertainty/image-controls.js';
import { ImagePool, PooledRows, PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { SPOILINGS, type Spoiling } from './spoiled-images.js';
import type { MeasuredImages, SpoiledPool } from './spoiled-pool.js';

/** What is spoiled in a trial, and the scores that it tries. */
export interface Scenario {
  readonly name: string;
  readonly spoilings: readonly Spoiling[];
  readonly scores: readonly ('knows' | 'half knows' | 'does not' | 'png-bytes' | 'noisy detail')[];
}

/** A third spoiled in three ways, of which detail knows one; and a third spoiled by noise, which detail knows all about. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'noise, blur, swapped patches',
    spoilings: ['noise', 'blur', 'swapped patches'],
    scores: ['knows', 'half knows', 'does not'],
  },
  { name: 'noise alone', spoilings: ['noise'], scores: ['png-bytes', 'noisy detail', 'does not'] },
];

/** How much of each score is knowledge; the rest is noise of standard deviation 1. */
const KNOWLEDGE = { knows: 0.9, 'half knows': 0.5, 'does not': 0 } as const;

/** Of a score that sees detail alone: its rank correlation with PNG bytes is then about 0.8, as that of BayesDiff's sums. */
const DETAIL_NOISE = 0.7;

export interface TrialOptions {
  /** images in a trial, chosen among the pool's */
  readonly n: number;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly draws: number;
  readonly algebra: Algebra;
}

/** Verdicts need no curves: the plan of a trial leaves them out. */
function trialPlan({ seed, draws }: TrialOptions): ComparisonPlan {
  return comparisonPlan({ seed, draws, doses: [0], curveSteps: 1 });
}

/** One seed: a third of n images spoiled, each in one of the scenario's ways, and what `compare` says of its scores. */
export async function plantedTrial(
  pool: SpoiledPool,
  options: TrialOptions,
): Promise<readonly FilterEffect[]> {
  const { n, seed, algebra, scenario } = options;
  const chosen = sampleIndices({ n: pool.clean.embeddings.n, size: n }, seededRandom(seed, 'trial'));
  const random = seededRandom(seed, 'spoiled');
  const kinds = scenario.spoilings.map((spoiling) => SPOILINGS.indexOf(spoiling));
  /** −1 for clean, or which spoiling */
  const state = Array.from(chosen, () =>
    random() < 1 / 3 ? kinds[Math.floor(random() * kinds.length)]! : -1,
  );
  const measured = (i: number): MeasuredImages => (state[i]! < 0 ? pool.clean : pool.spoiled[state[i]!]!);

  const { d } = pool.clean.embeddings;
  const data = new Float64Array(n * d);
  chosen.forEach((index, i) => {
    data.set(measured(i).embeddings.data.subarray(index * d, (index + 1) * d), i * d);
  });
  const ids = Array.from(chosen, (_, i) => `${String(i).padStart(6, '0')}.png`);
  const images = ImagePool.of({ source: 'generated', ids });
  const score = (name: string, values: ArrayLike<number>) =>
    PooledScore.join(
      images,
      { name, byId: new Map(ids.map((id, i) => [id, values[i]!])), undefinedIds: new Map() },
      { source: 'scores' },
    );
  const noise = (name: string) => standardNormals(n, seededRandom(seed, 'noise', name));
  const knowing = (name: string, weight: number) =>
    score(
      name,
      noise(name).map((value, i) => weight * (state[i]! < 0 ? 0 : 1) + (1 - weight) * value),
    );
  const control = (id: string) =>
    score(
      id,
      Array.from(chosen, (index, i) => measured(i).controls[id]![index]!),
    );
  const rule = parsedKeepRule('q70');
  const noisyDetail = (name: string) => {
    const bytes = Float64Array.from(control('png-bytes').values);
    const [center, spread] = [mean(bytes)!, standardDeviation(bytes, 0)!];
    return score(
      name,
      noise(name).map((value, i) => (bytes[i]! - center) / spread + DETAIL_NOISE * value),
    );
  };
  const scores = scenario.scores.map((name) => {
    if (name === 'png-bytes') return control(name);
    return name === 'noisy detail' ? noisyDetail(name) : knowing(name, KNOWLEDGE[name]);
  });
  const generated = PooledRows.join(images, { source: 'generated', ids, rows: { n, d, data } });
  const sides = { reference: pool.reference, generated, algebra };
  return filterEffects(
    {
      scores: scores.map((one) => ({ score: one, rule })),
      controls: IMAGE_CONTROLS.map(({ id, family }) => ({ family, score: control(id) })),
      metrics: [await frechetOfSubsets('fid', sides), await mmdOfSubsets(cmmdUnbiased, sides)],
    },
    trialPlan(options),
  );
}

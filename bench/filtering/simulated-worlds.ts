import { BEYOND_DETAIL, type BeyondDetailConstants } from '../../filtering/beyond-detail.js';
import { comparisonPlan } from '../../filtering/comparison-plan.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import { filterEffects } from '../../filtering/filter-effects.js';
import { frechetOfSubsets } from '../../filtering/subset-metrics/frechet-of-subsets.js';
import type { Algebra } from '../../numerics/algebra.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { embeddedSet } from '../../test/support/embedded-set.js';
import { ImagePool, PooledRows, PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { DETAIL_FORMS, type DetailFormName, gradeOf } from './detail-forms.js';

/** How images are spoiled: the last third of the ids, a third by chance, or by detail. */
export type Spoiled =
  | { readonly by: 'id' | 'chance' }
  /** as the form of detail is high, in its values or by its ranks */
  | { readonly by: 'form'; readonly form: DetailFormName }
  /** a third by chance; the share of these that is seen has detail of its own, each in one measure */
  | { readonly by: 'chance'; readonly seen: number };

/** What a score is made of, each part times its weight. */
export interface ScoreParts {
  /** whole numbers from 0, by chance */
  readonly levels?: number;
  readonly form?: DetailFormName;
  /** standard normal noise, beside a form of standard deviation 1 or what is spoiled */
  readonly noise?: number;
  readonly spoiled?: number;
}

/** Images whose quality, detail and score are planted. */
export interface SimulatedWorld {
  readonly n: number;
  readonly rule: string;
  readonly spoiled: Spoiled;
  readonly score: ScoreParts;
  /** measures of detail; default 4 */
  readonly details?: number;
  /** share of the variance that measures of detail have in common; default 0.6 */
  readonly common?: number;
  /** dimensions of the embeddings; default 4 */
  readonly d?: number;
  /** how far the spoiled are shifted along every dimension, in standard deviations; default 1 */
  readonly shift?: number;
}

const REFERENCE = 1000;

function standardized(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (spread === 0 ? 0 : (value - mean) / spread));
}

/** What is planted in one world: measures of detail (n) each, how spoiled each image is, 0 … 1, and its score. */
export function plantedFacts(world: SimulatedWorld, seed: number) {
  const { n, spoiled: cause, score: parts, details: count = 4, common = 0.6 } = world;
  const normals = (...labels: (string | number)[]) => standardNormals(n, seededRandom(seed, ...labels));
  const shared = normals('detail in common');
  const details = Array.from({ length: count }, (_, k) =>
    normals('detail', k).map((own, i) => Math.sqrt(common) * shared[i]! + Math.sqrt(1 - common) * own),
  );
  const chance = seededRandom(seed, 'spoiled');
  const spoiled = new Float64Array(n);
  if (cause.by === 'form') spoiled.set(gradeOf(DETAIL_FORMS[cause.form](details)));
  else if (cause.by === 'id') spoiled.fill(1, Math.round((2 / 3) * n));
  else {
    for (let i = 0; i < n; i++) {
      if (chance() >= 1 / 3) continue;
      spoiled[i] = 1;
      if (!('seen' in cause) || chance() >= cause.seen) continue;
      const which = Math.floor(count * chance());
      details[which]![i]! += which % 2 === 0 ? 4 : -3;
    }
  }
  const { levels, form, noise = 0, spoiled: knowledge = 0 } = parts;
  const level = seededRandom(seed, 'levels');
  const seen = form === undefined ? undefined : DETAIL_FORMS[form](details);
  const ofForm = seen !== undefined && noise > 0 ? standardized(seen) : seen;
  const own = normals('score');
  const score = spoiled.map(
    (value, i) =>
      knowledge * value +
      noise * own[i]! +
      (ofForm?.[i] ?? 0) +
      (levels === undefined ? 0 : Math.floor(levels * level())),
  );
  return { details, spoiled, score };
}

/** What `compare` says of one world, by the Fréchet distance. */
export async function simulatedEffect(
  world: SimulatedWorld,
  {
    seed,
    draws,
    algebra,
    constants = BEYOND_DETAIL,
  }: {
    readonly seed: number;
    readonly draws: number;
    readonly algebra: Algebra;
    readonly constants?: BeyondDetailConstants;
  },
): Promise<FilterEffect> {
  const { n, d = 4, shift = 1, rule } = world;
  const { details, spoiled, score } = plantedFacts(world, seed);
  const data = standardNormals(n * d, seededRandom(seed, 'generated')).map(
    (value, at) => value + shift * spoiled[Math.floor(at / d)]!,
  );
  const ids = Array.from({ length: n }, (_, i) => `${String(i).padStart(6, '0')}.png`);
  const pool = ImagePool.of({ source: 'generated', ids });
  const pooled = (name: string, values: Float64Array) =>
    PooledScore.join(
      pool,
      { name, byId: new Map(ids.map((id, i) => [id, values[i]!])), undefinedIds: new Map() },
      { source: 'scores' },
    );
  const reference = standardNormals(REFERENCE * d, seededRandom(seed, 'reference'));
  const metric = await frechetOfSubsets('fid', {
    reference: embeddedSet({ n: REFERENCE, d, data: reference }, { source: 'reference' }),
    generated: PooledRows.join(pool, { source: 'generated', ids, rows: { n, d, data } }),
    algebra,
  });
  const [effect] = await filterEffects(
    {
      scores: [{ score: pooled('score', score), rule: parsedKeepRule(rule) }],
      controls: details.map((detail, k) => ({ family: 'detail', score: pooled(`detail ${k}`, detail) })),
      metrics: [metric],
    },
    comparisonPlan({ seed, draws, doses: [0], curveSteps: 1 }),
    {},
    constants,
  );
  return effect!;
}

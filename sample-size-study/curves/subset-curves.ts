import { type EmbeddedSet, subset } from '../../encoders/embedded-set.js';
import { allIndices } from '../../filtering/kept-indices.js';
import type { DrawnImages, SubsetMetric } from '../../filtering/subset-metrics/subset-metric.js';
import { subsetMetricOf } from '../../filtering/subset-metrics/subset-metrics-of.js';
import { requireSquares } from '../../metrics/comparable-sets.js';
import { frechetDistanceOfSets } from '../../metrics/frechet-of-sets.js';
import { JACKKNIFE_GROUPS, randomGroups } from '../../metrics/intervals/delete-group-jackknife.js';
import { indicesWithout } from '../../metrics/intervals/jackknife-of-metric.js';
import type { Comparison, MetricDefinition, Parameters } from '../../metrics/metric-definition.js';
import { ownParameters } from '../../metrics/metric-record.js';
import type { Algebra } from '../../numerics/algebra.js';
import { countText } from '../../numerics/number-text.js';
import type { ImagePool } from '../../uncertainty/image-pool.js';
import type { LeaveOutValues, PreparedArm } from '../scored-arm.js';
import { type CurveEngine, type CurveValue, numberOrReason } from './curve-engine.js';
import { evaluatedProtocol } from './protocol-curves.js';

/** Numbers of any subset of one pool, what the subsets share prepared once: of all arms of a filter. */
export interface SubsetEngine {
  readonly estimator: string;
  /**
   * @param indices  of the pool's images, ascending
   * @param reference  rows of the reference that those are compared with; null: all
   * @param drawn  images of the pool that the rule chose from, which other arms share
   */
  values(
    indices: Uint32Array,
    reference: Uint32Array | null,
    drawn?: DrawnImages,
  ): Promise<readonly Omit<CurveValue, 'sampleSize'>[]>;
  /** first-order effect of each image of the pool on the metric, as `compare` takes it; null where it has none */
  influence(): Promise<Float64Array | null>;
}

/** What an engine is made of. */
interface EngineInput {
  /** of all images of the pool */
  readonly sets: Comparison;
  readonly pool: ImagePool;
  /** the metric's own, as far as they are not its defaults */
  readonly parameters: Parameters;
}

/**
 * The engine that `compare` takes for this metric; a metric without one is evaluated anew on each subset.
 */
async function subsetEngine(
  definition: MetricDefinition,
  { sets, pool, parameters }: EngineInput,
  algebra: Algebra,
): Promise<SubsetEngine> {
  const complete = { ...definition, parameters: { ...definition.parameters, ...parameters } };
  const open = subsetMetricOf(complete, sets, { pool, algebra });
  if (open !== undefined) {
    if (definition.family.kind === 'frechet') requireSquares(sets, definition.id);
    return ofMetric(await open());
  }
  const generatedOf = generatedParts(sets, pool);
  return {
    estimator: 'the protocol on the subset',
    influence: async () => null,
    values: (indices, compared) =>
      evaluatedProtocol(
        definition,
        { reference: referencePart(sets, compared), generated: generatedOf(indices) },
        { parameters, algebra },
      ),
  };
}

/** Parts of the generated set by the places of their images in the pool. */
function generatedParts({ generated }: Comparison, pool: ImagePool): (indices: Uint32Array) => EmbeddedSet {
  const rows = new Map(generated.ids!.map((id, row) => [id, row]));
  const places = Uint32Array.from(pool.ids, (id) => rows.get(id)!);
  return (indices) =>
    subset(
      generated,
      indices.map((index) => places[index]!),
    );
}

function referencePart({ reference }: Comparison, compared: Uint32Array | null): EmbeddedSet {
  return compared === null ? reference : subset(reference, compared);
}

/**
 * Against as many images of the reference, which differ from draw to draw, nothing is shared: both sides of each value are made anew, a
 * kernel distance on all pairs.
 */
async function equalEngine(
  definition: MetricDefinition,
  { sets, pool, parameters }: EngineInput,
  algebra: Algebra,
): Promise<SubsetEngine> {
  const { id, family, results } = definition;
  const measured = (family.kind === 'kernel' ? family.allPairs : null) ?? definition;
  if (family.kind === 'frechet') requireSquares(sets, id);
  const generatedOf = generatedParts(sets, pool);
  const whole = async () => (await subsetEngine(definition, { sets, pool, parameters }, algebra)).influence();
  return {
    estimator:
      family.kind === 'kernel'
        ? `${family.estimator} squared MMD on all pairs`
        : 'the protocol on the subset and as many images of the reference',
    influence: whole,
    async values(indices, compared) {
      if (indices.length < FEWEST) return tooFew(results, indices.length);
      const pair = { reference: referencePart(sets, compared), generated: generatedOf(indices) };
      if (family.kind === 'frechet')
        return [await numberOrReason(id, () => frechetDistanceOfSets(id, { sets: pair, algebra }))];
      const own = ownParameters(measured, parameters);
      const found = await evaluatedProtocol(measured, pair, { parameters: own, algebra });
      return found.map((value, at) => ({ ...value, metric: results[at]!.id }));
    },
  };
}

function tooFew(
  results: readonly { readonly id: string }[],
  n: number,
): readonly Omit<CurveValue, 'sampleSize'>[] {
  const reason = `${FEWEST} images are needed, and ${countText(n)} is scored`;
  return results.map(({ id }) => ({ metric: id, value: null, reason }));
}

/** The engine of one set and metric, which all arms of a filter share: one at a time, for it may hold all pairs of the set. */
export class LatestSubsetEngine {
  readonly #algebra: Algebra;
  #latest: { readonly key: string; readonly engine: Promise<SubsetEngine> } | null = null;

  constructor(algebra: Algebra) {
    this.#algebra = algebra;
  }

  /** @param key  the same for the same set */
  of(
    metric: MetricDefinition,
    {
      key: set,
      reference,
      ...input
    }: EngineInput & { readonly key: string; readonly reference: 'full' | 'equal' },
  ): Promise<SubsetEngine> {
    const key = JSON.stringify([set, metric.id]);
    if (this.#latest?.key !== key) {
      this.#latest = null; // before the next is made
      const open = reference === 'full' ? subsetEngine : equalEngine;
      this.#latest = { key, engine: open(metric, input, this.#algebra) };
    }
    return this.#latest.engine;
  }
}

/** What a variance and the mean of an unbiased estimate over pairs need. */
const FEWEST = 2;

function ofMetric(metric: SubsetMetric): SubsetEngine {
  const { id, method } = metric;
  return {
    estimator: method,
    influence: async () => (await metric.influence?.(allIndices(metric.pool.size))) ?? null,
    async values(indices, _, drawn) {
      const n = indices.length;
      if (n < FEWEST) return tooFew([{ id }], n);
      return [await numberOrReason(id, () => metric.value(indices, drawn))];
    },
  };
}

/**
 * Each number of a metric on all images that an arm scores, and without each of 20 groups of the pool, the rule applied anew to what is
 * left: the groups are the same for all arms of a pool, so that differences between arms are paired.
 *
 * @returns by the id of the number; numbers that are null somewhere are left out
 */
export async function leaveOutValues(
  { values }: SubsetEngine,
  arm: PreparedArm,
  {
    n,
    seed,
    reference,
  }: {
    readonly n: number;
    readonly seed: number;
    /** rows that all of them are compared with; null: all */
    readonly reference: Uint32Array | null;
  },
): Promise<Readonly<Record<string, LeaveOutValues>>> {
  const groups = randomGroups({ n, groups: Math.min(JACKKNIFE_GROUPS, n), seed });
  const found: (readonly Omit<CurveValue, 'sampleSize'>[])[] = [await values(arm.whole, reference)];
  for (const group of groups) {
    const scored = arm.ofPart(indicesWithout(n, group));
    if (!(scored instanceof Uint32Array)) return {};
    found.push(await values(scored, reference));
  }
  return Object.fromEntries(
    found[0]!.flatMap(({ metric }, at) => {
      const [value, ...without] = found.map((own) => own[at]!.value);
      return value == null || without.includes(null)
        ? []
        : [[metric, { value, without: without as number[] }]];
    }),
  );
}

/** A metric over the subsets that an arm scores. */
export function subsetCurves(
  { estimator, values }: SubsetEngine,
  arm: PreparedArm,
  { results }: Pick<MetricDefinition, 'results'>,
): CurveEngine {
  return {
    estimator,
    async *curves(draws) {
      for (const draw of draws) {
        const found: CurveValue[] = [];
        for (const sampleSize of draw.sizes) {
          const scored = arm.of(draw, sampleSize);
          if (scored instanceof Uint32Array) {
            const compared = draw.referenceOrder?.subarray(0, scored.length) ?? null;
            const { order, sizes } = draw;
            const drawn = arm.isOfDraw ? { order, sizes, size: sampleSize } : undefined;
            const own = await values(scored, compared, drawn);
            found.push(...own.map((value) => ({ ...value, sampleSize, scored: scored.length })));
          } else {
            const { reason } = scored;
            found.push(
              ...results.map(({ id }) => ({ metric: id, sampleSize, scored: 0, value: null, reason })),
            );
          }
        }
        yield { draw, values: found };
      }
    },
  };
}

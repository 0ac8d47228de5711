import { createHash } from 'node:crypto';
import { InterruptedError, NumericalError } from '../errors.js';
import { randomGroups } from '../metrics/intervals/delete-group-jackknife.js';
import type { PooledScore } from '../uncertainty/image-pool.js';
import { type ComparisonPlan, jackknifeGroups } from './comparison-plan.js';
import { tieOrder } from './keep-decision.js';
import { allIndices, type PoolPart, randomSubset } from './kept-indices.js';
import { oracleScore } from './oracle-score.js';
import { clusteredSubset, type PoolDesign } from './pool-design.js';
import type { SubsetMetric } from './subset-metrics/subset-metric.js';

/** How far a comparison is. */
export interface ComparisonProgress {
  readonly metric: string;
  readonly done: number;
}

/** Where progress goes and how the work is stopped. */
export interface ComparisonWatch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ComparisonProgress) => void;
}

/** Values of subsets that were computed before, by the id of the metric, as `MetricRun` has them in `values`. */
export type KnownValues = ReadonlyMap<string, Iterable<readonly [string, number]>>;

/** Subsets of which the values are found together: few enough to stop soon. */
const TOGETHER = 100;

/** One metric's values of subsets, none computed twice: random subsets are shared by all scores that keep as many. */
export class MetricRun {
  readonly metric: SubsetMetric;
  /** null: the images are independent of each other */
  readonly design: PoolDesign | null;
  readonly #seed: number;
  readonly #watch: ComparisonWatch;
  readonly #known: Map<string, number>;

  #oracle: Promise<PooledScore | null> | undefined;
  #influence: Promise<Float64Array> | undefined;
  #ties: Float64Array | undefined;

  constructor(
    metric: SubsetMetric,
    {
      seed,
      watch,
      known = [],
      design = null,
    }: {
      readonly seed: number;
      readonly watch: ComparisonWatch;
      /** values of an earlier run of the metric: of its `values` */
      readonly known?: Iterable<readonly [string, number]>;
      readonly design?: PoolDesign | null | undefined;
    },
  ) {
    this.#known = new Map(known);
    this.metric = metric;
    this.design = design;
    this.#seed = seed;
    this.#watch = watch;
  }

  /** The whole pool or a part of it, ties in the order of the run's seed. */
  part(within = allIndices(this.metric.pool.size)): PoolPart {
    this.#ties ??= tieOrder(this.metric.pool.ids, { seed: this.#seed });
    return { within, tiesBy: this.#ties };
  }

  /** Values of all subsets so far, by SHA-256 of the indices of each. */
  get values(): ReadonlyMap<string, number> {
    return this.#known;
  }

  async value(indices: Uint32Array): Promise<number> {
    const [value] = await this.#together([indices]);
    return value!;
  }

  /** Values of drawn subsets, from one draw to before another. */
  async drawnValues(
    subset: (draw: number) => Uint32Array,
    { from = 0, end }: { readonly from?: number; readonly end: number },
  ): Promise<number[]> {
    const step = this.metric.values === undefined ? 1 : TOGETHER;
    const values: number[] = [];
    for (let first = from; first < end; first += step) {
      const length = Math.min(step, end - first);
      values.push(...(await this.#together(Array.from({ length }, (_, at) => subset(first + at)))));
    }
    return values;
  }

  async #together(subsets: readonly Uint32Array[]): Promise<readonly number[]> {
    const keys = subsets.map((indices) => createHash('sha256').update(indices).digest('base64'));
    const unknown = new Map(keys.map((key, at) => [key, subsets[at]!]));
    for (const key of unknown.keys()) if (this.#known.has(key)) unknown.delete(key);
    if (unknown.size > 0) await this.#evaluate(unknown);
    return keys.map((key) => this.#known.get(key)!);
  }

  async #evaluate(unknown: ReadonlyMap<string, Uint32Array>): Promise<void> {
    if (this.#watch.signal?.aborted) {
      throw new InterruptedError('INTERRUPTED', {
        where: 'steadfid compare',
        expected: `stopped after ${this.#known.size} values of ${this.metric.id}; nothing was written`,
      });
    }
    const subsets = [...unknown.values()];
    const found =
      subsets.length > 1 && this.metric.values !== undefined
        ? await this.metric.values(subsets)
        : [await this.metric.value(subsets[0]!)];
    [...unknown.keys()].forEach((key, at) => {
      const value = found[at]!;
      if (!Number.isFinite(value)) {
        throw new NumericalError('NOT_FINITE', {
          where: `${this.metric.id} of ${subsets[at]!.length} images`,
          expected: 'a subset must have a finite value, as all images have',
          received: String(value),
          help: 'Scale the embeddings, or leave this metric out.',
        });
      }
      this.#known.set(key, value);
      this.#watch.onProgress?.({ metric: this.metric.id, done: this.#known.size });
    });
  }

  /** What knows the metric, worked out once. */
  oracle(): Promise<PooledScore | null> {
    this.#oracle ??= oracleScore(this.metric, this.#seed);
    return this.#oracle;
  }

  /** What each image does to the metric, as seen from all of them; null where the engine has no influence. */
  async influence(): Promise<Float64Array | null> {
    this.#influence ??= this.metric.influence?.(allIndices(this.metric.pool.size));
    return (await this.#influence) ?? null;
  }

  /** Values of the first `draws` random subsets that are like one of a filter. */
  async randomValues(kept: Uint32Array, draws: number): Promise<number[]> {
    return this.drawnValues((draw) => this.randomSubset(kept, draw), { end: draws });
  }

  /** As many images as a filter keeps; of clustered images as many of each cluster as it keeps of another. */
  randomSubset(kept: Uint32Array, draw: number): Uint32Array {
    const clusters = this.design?.clusters ?? null;
    return clusters === null
      ? randomSubset({ n: this.metric.pool.size, size: kept.length }, draw, this.#seed)
      : clusteredSubset({ clusters, kept }, { draw, seed: this.#seed });
  }

  /** Groups of images that the jackknife leaves out. */
  jackknifeGroups(plan: Pick<ComparisonPlan, 'groups'>): readonly Uint32Array[] {
    const n = this.metric.pool.size;
    return this.design?.groups ?? randomGroups({ n, groups: jackknifeGroups(plan, n), seed: this.#seed });
  }
}

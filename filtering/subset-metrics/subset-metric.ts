import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { EncoderIdentity } from '../../encoders/encoder.js';
import type { Parameters } from '../../metrics/metric-definition.js';
import { OVERFLOW } from '../../metrics/metric-record.js';
import type { Algebra } from '../../numerics/algebra.js';
import { isOfMetricAlone, type UnmeasuredMetric } from '../../scoring/refused-metrics.js';
import type { ImagePool, PooledRows } from '../../uncertainty/image-pool.js';
import { allIndices } from '../kept-indices.js';

/**
 * A metric between a fixed reference and any subset of one pool, with whatever can be prepared once (a reference's factor,
 * a Gram matrix, neighbor lists) prepared. Engines differ in speed, never in the number.
 */
export interface SubsetMetric {
  /** `fid`, `cmmd`, `precision` */
  readonly id: string;
  readonly direction: 'lower-is-better' | 'higher-is-better';
  /** a `quality` metric gets a verdict; a `diversity` or `fidelity` one stands beside it, since filtering trades the two */
  readonly role: 'quality' | 'fidelity' | 'diversity';
  readonly pool: ImagePool;
  readonly referenceSize: number;
  readonly encoder: EncoderIdentity;
  readonly parameters: Parameters;
  /** how it is computed, in words for the report */
  readonly method: string;
  /** random subsets that are cheap enough by default: 999, or 199 where one value takes seconds */
  readonly defaultDraws: number;
  /**
   * @param indices  of the pool's images, each once, ascending
   * @param drawn  images that these were taken from: what several subsets of them share is worked out once
   */
  value(indices: Uint32Array, drawn?: DrawnImages): Promise<number>;
  /** the same of many subsets, where that takes less time than one after the other; to the bit */
  readonly values?: (subsets: readonly Uint32Array[]) => Promise<readonly number[]>;
  /**
   * First-order effect of each image of the pool on the metric, as seen from a part of the pool: how much the value falls,
   * per unit of weight, when the image is given less. Dropping the largest first is what a score that knew the metric would
   * do; from a part that the image is not in, it is so without having seen it.
   */
  readonly influence?: (from: Uint32Array) => Promise<Float64Array>;
}

/** The first `size` images of an order, of which subsets are taken at each of some sizes. */
export interface DrawnImages {
  /** each image at most once */
  readonly order: Uint32Array;
  /** ascending */
  readonly sizes: readonly number[];
  /** one of them */
  readonly size: number;
}

/** Engines that give numbers, and what is to be said of the others. */
export interface MeasurableMetrics {
  readonly engines: readonly SubsetMetric[];
  readonly unmeasured: readonly UnmeasuredMetric[];
}

/**
 * The engines of some metrics if all of the pool has a finite value; else the reason, such as numbers that leave the range of float64.
 *
 * @param ids  of the metrics, for the reason
 */
export async function measurable(
  ids: readonly string[],
  open: () => Promise<readonly SubsetMetric[]>,
): Promise<MeasurableMetrics> {
  const unmeasured: UnmeasuredMetric[] = [];
  try {
    const engines: SubsetMetric[] = [];
    for (const engine of await open()) {
      const value = await engine.value(allIndices(engine.pool.size));
      if (Number.isFinite(value)) engines.push(engine);
      else unmeasured.push({ metric: engine.id, reason: `${OVERFLOW} (${value})` });
    }
    return { engines, unmeasured };
  } catch (error) {
    if (!isOfMetricAlone(error) || error.code === 'MISSING_IDS') throw error;
    const reason = error.message.replace(/\.$/, '');
    return { engines: [], unmeasured: ids.map((metric) => ({ metric, reason })) };
  }
}

/** What an engine prepares itself from: the fixed reference, and the pool's rows (embeddings, or logits for `is`). */
export interface MetricSides {
  readonly reference: EmbeddedSet;
  readonly generated: PooledRows;
  readonly algebra: Algebra;
}

/** The indices of 0 … n − 1 that are not among the given ones, ascending. */
export function indicesOutside(indices: Uint32Array, n: number): Uint32Array {
  const inside = new Uint8Array(n);
  for (const index of indices) inside[index] = 1;
  const outside = new Uint32Array(n - indices.length);
  for (let index = 0, at = 0; index < n; index++) if (inside[index] === 0) outside[at++] = index;
  return outside;
}

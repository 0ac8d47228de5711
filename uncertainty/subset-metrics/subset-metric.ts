import type { EncoderIdentity } from '../../encoders/encoder.js';
import type { Parameters } from '../../metrics/metric-definition.js';
import type { ImagePool } from '../image-pool.js';

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
   * @param places  of the pool's images, each once, ascending
   */
  value(places: Uint32Array): Promise<number>;
  /**
   * First-order effect of each image of the pool on the metric, as seen from a part of the pool: how much the value falls,
   * per unit of weight, when the image is given less. Dropping the largest first is what a score that knew the metric would
   * do; from a part that the image is not in, it is so without having seen it.
   */
  readonly influence?: (from: Uint32Array) => Promise<Float64Array>;
}

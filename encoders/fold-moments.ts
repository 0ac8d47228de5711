import { SampleSizeError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { plainAlgebra } from '../numerics/algebra.js';
import type { GaussianMoments } from '../numerics/gaussian-moments.js';
import { mergeMoments } from '../numerics/gaussian-moments.js';
import type { Rows } from '../numerics/rows.js';
import { endedRun } from './collect-embeddings.js';
import type { EmbeddedSet } from './embedded-set.js';
import type { EncodingRun } from './encode-images.js';

/**
 * Mean and covariance of a run without keeping its embeddings: memory does not grow with n, but for the ids.
 *
 * @param algebra  the engine that makes the covariances; plain TypeScript unless given
 * @returns a set of which the moments are known and not the embeddings
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two images
 * @throws what `encodeImages` throws
 */
export async function foldMoments(run: EncodingRun, algebra?: Algebra): Promise<EmbeddedSet> {
  const fold = new MomentsFold(algebra);
  const ended = await endedRun(run, ({ embeddings }) => fold.add(embeddings));
  return { ...ended, embeddings: null, logits: null, moments: await fold.moments(run.source) };
}

/** Rows made a covariance of at once: enough that joining two, O(d²), is small beside it, O(n·d²). */
const BLOCK = 1024;
/** A covariance needs two rows: so many are kept back from every fold, for the last one. */
const KEPT_BACK = 2;

/**
 * Mean and covariance of rows that come little by little, without keeping them: memory is that of one block and of the
 * covariance. How the rows were divided into batches does not change a digit.
 */
export class MomentsFold {
  readonly #algebra: Algebra;
  #block: Float32Array | undefined;
  #held = 0;
  #moments: GaussianMoments | undefined;

  constructor(algebra: Algebra = plainAlgebra) {
    this.#algebra = algebra;
  }

  /** @param vectors  (n, d), of the same d each time */
  async add({ n, d, data }: Rows): Promise<void> {
    if (n === 0) return;
    this.#block ??= new Float32Array(BLOCK * d);
    for (let done = 0; done < n; ) {
      const taken = Math.min(n - done, BLOCK - this.#held);
      this.#block.set(data.subarray(done * d, (done + taken) * d), this.#held * d);
      this.#held += taken;
      done += taken;
      if (this.#held === BLOCK) await this.#fold(BLOCK - KEPT_BACK);
    }
  }

  /**
   * @param source  what the rows are of, for the error
   * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two rows
   */
  async moments(source: string): Promise<GaussianMoments> {
    if (this.#held < KEPT_BACK)
      throw new SampleSizeError('TOO_FEW_SAMPLES', {
        where: source,
        expected: 'a covariance needs at least 2 images',
        received: `${this.#held}`,
        help: 'Supply more images.',
      });
    await this.#fold(this.#held);
    return this.#moments!;
  }

  async #fold(n: number): Promise<void> {
    const block = this.#block!;
    const d = block.length / BLOCK;
    const own = await this.#algebra.gaussianMoments({ n, d, data: block.subarray(0, n * d) });
    this.#moments = this.#moments === undefined ? own : mergeMoments(this.#moments, own);
    block.copyWithin(0, n * d, this.#held * d);
    this.#held -= n;
  }
}

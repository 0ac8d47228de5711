import { SampleSizeError } from '../errors.js';
import type { Rows } from '../numerics/rows.js';
import type { EmbeddedSet } from './embedded-set.js';
import type { EncodingRun } from './encode-images.js';
import type { EncodedImages } from './encoded-images.js';
import type { SkippedImage } from './provenance.js';
import { SetDigest } from './set-digest.js';

/** Rows gathered one batch after the other in memory taken once, for as many as may come. */
class Gathered {
  readonly #capacity: number;
  #data: Float32Array | undefined;
  #n = 0;
  #d = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add({ n, d, data }: Rows): void {
    this.#data ??= new Float32Array(this.#capacity * d);
    this.#data.set(data, this.#n * d);
    this.#n += n;
    this.#d = d;
  }

  get rows(): Rows | null {
    if (this.#data === undefined) return null;
    return { n: this.#n, d: this.#d, data: this.#data.subarray(0, this.#n * this.#d) };
  }
}

/** What is known of a set when its run has ended, whatever was kept of its vectors. */
type EndedRun = Omit<EmbeddedSet, 'embeddings' | 'logits' | 'moments'>;

/**
 * Takes a run to its end.
 *
 * @param add  keeps what is wanted of a batch, of one image at least
 * @throws SampleSizeError TOO_FEW_SAMPLES if every image was left out
 * @throws what `encodeImages` throws
 */
export async function endedRun(
  run: EncodingRun,
  add: (batch: EncodedImages) => Promise<void> | void,
): Promise<EndedRun> {
  const digest = new SetDigest();
  const ids: string[] = [];
  const skipped: SkippedImage[] = [];
  for await (const batch of run) {
    skipped.push(...batch.skipped);
    if (batch.ids.length === 0) continue;
    ids.push(...batch.ids);
    digest.addAll(batch);
    await add(batch);
  }
  if (ids.length === 0) throw nothingLeft(run.source, skipped);
  return {
    source: run.source,
    n: ids.length,
    ids,
    encoder: run.encoder,
    digest: digest.hex,
    decoding: run.decoding,
    skipped,
    warnings: run.warnings,
    imageSizes: run.imageSizes,
    notes: run.notes,
    device: run.device,
    deviceDifference: run.deviceDifference,
  };
}

/**
 * All embeddings of a run in memory: 4·n·d bytes, for metrics that compare images with each other.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES if every image was left out
 * @throws what `encodeImages` throws
 */
export async function collectEmbeddings(run: EncodingRun): Promise<EmbeddedSet> {
  const embeddings = new Gathered(run.total);
  const logits = new Gathered(run.total);
  const ended = await endedRun(run, (batch) => {
    embeddings.add(batch.embeddings);
    if (batch.logits !== null) logits.add(batch.logits);
  });
  return { ...ended, embeddings: embeddings.rows, logits: logits.rows, moments: null };
}

/** The error for a set of which every image was left out. */
export function nothingLeft(source: string, skipped: readonly SkippedImage[]): SampleSizeError {
  return new SampleSizeError('TOO_FEW_SAMPLES', {
    where: source,
    expected: 'must have at least one image that can be read',
    received: `${skipped.length} that cannot, the first of them ${skipped[0]?.id}: ${skipped[0]?.reason}`,
  });
}

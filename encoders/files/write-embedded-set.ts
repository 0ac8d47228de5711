import { nothingLeft } from '../collect-embeddings.js';
import type { EncodingRun } from '../encode-images.js';
import type { EncodedImages } from '../encoded-images.js';
import { VERSION } from '../encoder.js';
import type { MomentsFold } from '../fold-moments.js';
import { type DividedSet, type Provenance, provenanceBytes } from '../provenance.js';
import { SetDigest } from '../set-digest.js';
import { type NpzWriter, openNpzWriter } from './npz-writer.js';
import type { WholeFileOptions } from './whole-file.js';
import { writeMoments } from './write-statistics.js';

/**
 * Writes embeddings as they come to an `.npz` that numpy opens: `embeddings` (n, d) and, where there are some, `logits`
 * (n, classes), float32, `ids.json` and `provenance.json`. Memory does not grow with n.
 *
 * @param shards  which part of a divided set the run is of; null (default) for a whole set
 * @param images  what the set is called; default the run's source
 * @param fold  makes mean and covariance of the rows, which then are in the file too (`mu`, `sigma`, `n`)
 * @returns what was written of where the numbers come from
 * @throws SampleSizeError TOO_FEW_SAMPLES if every image was left out; nothing is written
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE and InterruptedError as `openWholeFile`
 * @throws what `encodeImages` throws
 */
export async function writeEmbeddedSet(
  path: string,
  run: EncodingRun,
  {
    shards = null,
    images = run.source,
    fold,
    ...options
  }: WholeFileOptions & {
    readonly shards?: DividedSet | null;
    readonly images?: string;
    readonly fold?: MomentsFold;
  } = {},
): Promise<Provenance> {
  const digest = new SetDigest();
  let n = 0;
  const skipped: Provenance['skipped'][number][] = [];
  let npz: NpzWriter | undefined;
  try {
    for await (const batch of run) {
      skipped.push(...batch.skipped);
      if (batch.ids.length === 0) continue;
      npz ??= await openNpzWriter(path, arraysOf(batch), options);
      await npz.append(rowsOf(batch), batch.ids);
      await fold?.add(batch.embeddings);
      n += batch.ids.length;
      digest.addAll(batch);
    }
    if (npz === undefined) throw nothingLeft(run.source, skipped);
    const provenance: Provenance = {
      schema: 'steadfid/provenance/1',
      version: VERSION,
      encoder: run.encoder,
      decoding: run.decoding,
      source: images,
      n,
      digest: digest.hex,
      skipped,
      warnings: run.warnings,
      imageSizes: run.imageSizes,
      shards,
      notes: run.notes,
      device: run.device,
      deviceDifference: run.deviceDifference,
    };
    if (fold !== undefined) await writeMoments(npz, await fold.moments(images));
    await npz.file('provenance.json', provenanceBytes(provenance));
    await npz.commit();
    return provenance;
  } finally {
    await npz?.abandon();
  }
}

function arraysOf({ embeddings, logits }: EncodedImages) {
  const first = { name: 'embeddings', columns: embeddings.d };
  return logits === null ? [first] : [first, { name: 'logits', columns: logits.d }];
}

function rowsOf({ embeddings, logits }: EncodedImages): Readonly<Record<string, Float32Array>> {
  const rows = { embeddings: float32(embeddings.data) };
  return logits === null ? rows : { ...rows, logits: float32(logits.data) };
}

/** Networks give float32; the type of rows allows more. */
function float32(data: Float32Array | Float64Array): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

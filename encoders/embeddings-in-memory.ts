import { defined } from '../defined.js';
import { SampleSizeError, ShapeError } from '../errors.js';
import { joinedRows, type Rows, rows } from '../numerics/rows.js';
import { collectEmbeddings } from './collect-embeddings.js';
import { type EmbeddedSet, UNKNOWN_ENCODER, unknownProvenance } from './embedded-set.js';
import { encodeImages } from './encode-images.js';
import type { Encoder, EncoderIdentity } from './encoder.js';
import { encoderChoice } from './encoder-choice.js';
import type { EncodingOptions } from './encoding-options.js';
import { OneSize } from './image-batch.js';
import { mergedSizes } from './image-sizes.js';
import { ImageWarnings } from './image-warnings.js';
import type { Image } from './images/image.js';
import type { ImageEntry } from './images/image-set.js';
import { type Preprocessing, preprocessingId } from './images/preprocessing.js';
import { requireImages } from './images/require-images.js';
import { type ChosenEncoderOptions, openChosenEncoder } from './open-chosen-encoder.js';
import { SetDigest } from './set-digest.js';

const SOURCE = 'memory';

/** What is known of vectors in memory beside their numbers. */
export interface EmbeddedSetOptions {
  /** what reports and errors call the set; default `memory` */
  readonly source?: string;
  /** a name for each row: scores and pairs are joined by it; default none */
  readonly ids?: readonly string[];
  /** (n, c), before the softmax; default none */
  readonly logits?: Rows;
  /** the network: a name of your own, or the `encoder` of another set; default unknown, with a warning */
  readonly encoder?: EncoderIdentity | string;
}

function tooFew(source: string): SampleSizeError {
  return new SampleSizeError('TOO_FEW_SAMPLES', {
    where: source,
    expected: 'must hold at least one image',
    received: '0',
    n: 0,
    needed: 1,
  });
}

/**
 * A set of embeddings that are in memory: a side of `score` or `compare`, or of a metric's `evaluate`. The rows are not copied.
 *
 * @param embeddings  (n, d), at least 1 row
 * @throws ShapeError SHAPE_MISMATCH if data, ids or logits are not of n rows; NumericalError NOT_FINITE naming row and column
 * @throws InputError DUPLICATE_IDS, SampleSizeError TOO_FEW_SAMPLES
 *
 * @example
 * embeddedSet({ n: 1, d: 2, data: Float32Array.of(3, 4) }, { encoder: 'my-net' }).encoder.id; // 'my-net'
 */
export function embeddedSet(
  embeddings: Rows,
  { source = SOURCE, ids, logits, encoder = UNKNOWN_ENCODER }: EmbeddedSetOptions = {},
): EmbeddedSet {
  const { n } = embeddings;
  if (n === 0) throw tooFew(source);
  for (const [what, count] of [
    ['ids', ids?.length],
    ['logits', logits?.n],
  ] as const) {
    if (count === undefined || count === n) continue;
    throw new ShapeError('SHAPE_MISMATCH', {
      where: `${source}, ${what}`,
      expected: `must have one for each of the ${n} embeddings`,
      received: String(count),
    });
  }
  if (ids !== undefined) requireImages(source, { ids, others: [], help: 'Supply images.' });
  const checked = ({ d, data }: Rows, name: string) => rows(data, { n, d, name: `${source}, ${name}` });
  const identity: EncoderIdentity =
    typeof encoder === 'string' ? { ...UNKNOWN_ENCODER, id: encoder, origin: 'custom' } : encoder;
  return {
    source,
    n,
    ids: ids ?? null,
    encoder: identity,
    digest: null,
    decoding: null,
    embeddings: checked(embeddings, 'embeddings'),
    logits: logits === undefined ? null : checked(logits, 'logits'),
    moments: null,
    skipped: [],
    warnings: identity.origin === 'unknown' ? [unknownProvenance(source)] : [],
  };
}

/** An image with a name, or without: images are then numbered from 0. */
export type NamedImage = Image & { readonly id?: string };

/** How images in memory are encoded. */
export interface EmbeddingsOptions
  extends Pick<EncodingOptions, 'batchSize' | 'workers' | 'signal'>,
    Omit<ChosenEncoderOptions, 'signal'> {
  /** `demo-inception`, an id of the catalog, the path of an .onnx, or an open encoder, which stays open */
  readonly encoder: Encoder | string;
  /** in place of the encoder's own */
  readonly preprocessing?: Preprocessing;
  /** what reports and errors call the set; default `memory` */
  readonly source?: string;
}

/** Images that are held at once: as many as fill both. */
const HELD = { images: 256, bytes: 2 ** 26 };

function checkedImage({ width, height, data }: NamedImage, where: string): Image {
  if (Number.isInteger(width) && Number.isInteger(height) && width >= 1 && data.length === width * height * 3)
    return { width, height, data: Uint8Array.from(data) }; // its maker may use the memory again
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: `an image must hold height × width × 3 bytes, ${height} × ${width} × 3 = ${height * width * 3}`,
    received: String(data.length),
    help: 'Give RGB without alpha, rows first.',
  });
}

/** The images in stretches, each as much as may be held. */
async function* stretches(
  images: AsyncIterable<NamedImage> | Iterable<NamedImage>,
  source: string,
): AsyncGenerator<readonly ImageEntry[]> {
  let entries: ImageEntry[] = [];
  let bytes = 0;
  let count = 0;
  for await (const given of images) {
    const id = given.id ?? String(count).padStart(8, '0');
    const image = checkedImage(given, `${source}, ${id}`);
    entries.push({ id, load: async () => ({ kind: 'pixels', image }) });
    count++;
    bytes += image.data.length;
    if (entries.length < HELD.images && bytes < HELD.bytes) continue;
    yield entries;
    entries = [];
    bytes = 0;
  }
  if (entries.length > 0) yield entries;
}

function joinedKnown(parts: readonly (Rows | null)[]): Rows | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : joinedRows(known);
}

/** Stretches of one set, in order. */
function joinedSet(parts: readonly EmbeddedSet[], source: string): EmbeddedSet {
  const digest = new SetDigest();
  const notes = new ImageWarnings();
  for (const part of parts) {
    digest.join(part.digest!);
    notes.join(part.notes!);
  }
  const ids = parts.flatMap((part) => part.ids!);
  requireImages(source, { ids, others: [], help: 'Supply images.' });
  return {
    ...parts[0]!,
    n: ids.length,
    ids,
    digest: digest.hex,
    embeddings: joinedKnown(parts.map(({ embeddings }) => embeddings)),
    logits: joinedKnown(parts.map(({ logits }) => logits)),
    warnings: notes.list(source),
    imageSizes: mergedSizes(parts.map(({ imageSizes }) => imageSizes)),
    notes: notes.notes,
  };
}

/**
 * Embeddings of images that are in memory or are made one after the other, by a generator for instance: a side of `score` or `compare`. Of the images
 * 256 are held at once, or 64 MiB; of the embeddings all, 4·n·d bytes.
 *
 * @param images  (height, width, 3) each, 8 bits a channel, of any sizes if the encoder resizes
 * @throws ShapeError SHAPE_MISMATCH naming an image whose data are not height × width × 3; SampleSizeError TOO_FEW_SAMPLES for no images
 * @throws InputError DUPLICATE_IDS, MISSING_MODEL; OptionError UNKNOWN_ENCODER; what `encodeImages` throws
 */
export async function embeddings(
  images: AsyncIterable<NamedImage> | Iterable<NamedImage>,
  {
    encoder: chosen,
    preprocessing,
    source = SOURCE,
    batchSize,
    workers,
    signal,
    ...opening
  }: EmbeddingsOptions,
): Promise<EmbeddedSet> {
  const own = typeof chosen === 'string';
  const opened = own
    ? await openChosenEncoder(encoderChoice(chosen, 'inception-v3-fid'), {
        ...opening,
        ...defined({ signal }),
      })
    : chosen;
  const encoder: Encoder =
    preprocessing === undefined
      ? opened
      : {
          ...opened,
          preprocessing,
          identity: { ...opened.identity, preprocessing: preprocessingId(preprocessing) },
        };
  const oneSize = new OneSize();
  const parts: EmbeddedSet[] = [];
  try {
    for await (const entries of stretches(images, source)) {
      const run = encodeImages(
        { source, kind: 'array', entries, close: async () => {} },
        encoder,
        defined({ batchSize, workers, signal }),
      );
      const part = await collectEmbeddings(run);
      const [size] = part.imageSizes ?? [];
      if (encoder.preprocessing.resize === null && size !== undefined)
        oneSize.require(part.ids![0]!, [size.height, size.width]);
      parts.push(part);
    }
  } finally {
    if (own) await opened.close();
  }
  if (parts.length === 0) throw tooFew(source);
  return joinedSet(parts, source);
}

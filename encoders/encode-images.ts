import { type EmbeddingCache, openEmbeddingCache } from './embedding-cache.js';
import { encodedBatches } from './encoded-batches.js';
import type { EncodedImages } from './encoded-images.js';
import type { Encoder, EncoderIdentity, Warning } from './encoder.js';
import { VERSION } from './encoder.js';
import { type EncodingOptions, requireEncodingOptions } from './encoding-options.js';
import type { ImageSizes } from './image-sizes.js';
import { ImageWarnings } from './image-warnings.js';
import type { ImageSet } from './images/image-set.js';
import { requireImages } from './images/require-images.js';
import type { ImageNotes } from './provenance.js';

/** What the cache keeps of each image beside its embedding: notes that say less are not taken for it. */
const NOTES = 'notes with image sizes';

/** Embeddings of an image set as they come, to be read once. */
export interface EncodingRun extends AsyncIterable<EncodedImages> {
  readonly source: string;
  readonly encoder: EncoderIdentity;
  /** how files are decoded, where that changes numbers */
  readonly decoding: string;
  /** where the network runs, if not on a CPU */
  readonly device?: string | undefined;
  /** how far that device is from a CPU, where it was measured */
  readonly deviceDifference?: number | undefined;
  /** images in the set */
  readonly total: number;
  /** complete when the last batch has come */
  readonly warnings: readonly Warning[];
  /** complete when the last batch has come */
  readonly imageSizes: ImageSizes;
  /** complete when the last batch has come */
  readonly notes: ImageNotes;
}

/**
 * Encodes a set of images; see {@link EncodingOptions}.
 *
 * Files are read here, hashed, decoded and preprocessed in worker threads, and gathered to batches while the network
 * runs on those before. Batches come in the set's order. The same bytes are encoded once; with a cache, once for all runs.
 *
 * @throws OptionError OUT_OF_RANGE at once, for options that cannot be
 * @throws SampleSizeError EMPTY_FOLDER at once, for no images
 * @throws InputError DUPLICATE_IDS at once, if an id comes twice
 * @throws InputError UNREADABLE_IMAGE, IMAGE_TOO_LARGE, UNREADABLE_FILE for the first image that cannot be read
 * @throws OptionError CONFLICTING_OPTIONS if the encoder does not resize and images differ in size
 * @throws NumericalError NOT_FINITE if the network gives NaN or infinity, naming the image
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export function encodeImages(set: ImageSet, encoder: Encoder, options: EncodingOptions = {}): EncodingRun {
  requireEncodingOptions(options);
  requireImages(set.source, {
    ids: set.entries.map(({ id }) => id),
    others: [],
    help: 'Supply images.',
  });
  const decoding = `orientation ${options.orientation ?? 'ignored'}`;
  const warnings: { images: ImageWarnings; cache: EmbeddingCache | null } = {
    images: new ImageWarnings(),
    cache: null,
  };
  return {
    source: set.source,
    encoder: encoder.identity,
    decoding,
    device: encoder.device === 'cpu' ? undefined : encoder.device,
    deviceDifference: encoder.deviceDifference,
    total: set.entries.length,
    get warnings() {
      const { source, passedOver = null } = set;
      const others: readonly Warning[] =
        passedOver === null
          ? []
          : [{ code: 'FILES_PASSED_OVER', message: `${source}: ${passedOver} passed over` }];
      return [
        ...(set.warnings ?? []),
        ...others,
        ...warnings.images.list(source),
        ...deviceWarnings(encoder),
        ...(encoder.warnings ?? []),
        ...(warnings.cache?.warnings ?? []),
      ];
    },
    get imageSizes() {
      return warnings.images.sizes;
    },
    get notes() {
      return warnings.images.notes;
    },
    async *[Symbol.asyncIterator]() {
      const cache = await openCache(encoder, options, decoding);
      warnings.cache = cache;
      try {
        for await (const batch of encodedBatches(set, { encoder, cache, options })) {
          for (const note of batch.notes) warnings.images.add(note);
          yield batch;
        }
      } finally {
        await cache?.close();
      }
    },
  };
}

/** That numbers are not of a CPU: the same text for all sets of a network. */
function deviceWarnings({ identity, device = 'cpu', deviceDifference }: Encoder): readonly Warning[] {
  if (device === 'cpu') return [];
  const measured =
    deviceDifference === undefined
      ? ''
      : `, within ${deviceDifference.toExponential(1)} of the CPU’s on test images`;
  const message = `embeddings of ${identity.id} are of the device ${device}${measured}; for published numbers the CPU is recommended`;
  return [{ code: 'OTHER_DEVICE', message }];
}

function openCache(
  { identity, circumstances = [] }: Encoder,
  { cache }: EncodingOptions,
  decoding: string,
): Promise<EmbeddingCache> | null {
  if (cache === undefined || identity.sha256 === null) return null;
  return openEmbeddingCache(cache, {
    encoder: identity,
    circumstances: [VERSION, decoding, NOTES, ...circumstances],
  });
}

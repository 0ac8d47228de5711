import { defined } from '../../defined.js';
import { type DenoiserDescription, denoiserBatchSize, imageSides } from '../../diffusion/denoiser.js';
import { nothingLeft } from '../../encoders/collect-embeddings.js';
import { decodeImage } from '../../encoders/images/decode-image.js';
import type { ImageEntry, ImageSet } from '../../encoders/images/image-set.js';
import { preprocessImage } from '../../encoders/images/preprocess-image.js';
import { type Preprocessing, preprocessingId } from '../../encoders/images/preprocessing.js';
import type { SkippedImage } from '../../encoders/provenance.js';
import { type Shard, shardRange } from '../../encoders/shard.js';
import { isImageError } from '../../encoders/unreadable-images.js';
import { OptionError, SampleSizeError } from '../../errors.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { drawnPair, type FitBatch } from './fit-pairs.js';

export interface ImagePairsOptions {
  /** images drawn of the set without replacement; default 1000, or all where there are fewer */
  readonly n?: number | undefined;
  /** pairs of each image; default 1, as in the original */
  readonly timesPerImage?: number;
  readonly seed: number;
  readonly shard?: Shard | undefined;
  readonly batchSize?: number | undefined;
  readonly orientation?: 'ignored' | 'applied';
  readonly maxPixels?: number | undefined;
  /** `skipped`: images that cannot be read are left out with their pairs; default `refused` */
  readonly unreadable?: 'refused' | 'skipped';
}

/** Pairs made of images as they are asked for. */
export interface ImagePairs {
  /** pairs in all */
  readonly count: number;
  /** how images become x */
  readonly preprocessing: string;
  /** images left out; complete when the last batch has come */
  readonly skipped: readonly SkippedImage[];
  batches(): AsyncGenerator<FitBatch>;
}

const DEFAULT_IMAGES = 1000;
/**
 * Pairs of a set's images: n of them drawn with the seed, each with a drawn time and noise. The largest centered square of an image is
 * resized to the network's size by Pillow's bicubic filter and scaled to [−1, 1]; an image of that size is left alone. A network of one
 * channel gets the luma, as Pillow's convert('L'). Labels are the images' folders, in code-point order.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES if more images are asked for than there are
 * @throws OptionError OUT_OF_RANGE if there are fewer images than shards
 * @throws OptionError CONFLICTING_OPTIONS if the network's images are neither RGB nor gray, or it has classes and the set has not as many folders
 * @throws InputError UNREADABLE_IMAGE, IMAGE_TOO_LARGE naming the image, as its turn comes; if such images are left out,
 *   SampleSizeError TOO_FEW_SAMPLES where none is left
 */
export function imagePairs(
  set: ImageSet,
  description: DenoiserDescription,
  options: ImagePairsOptions,
): ImagePairs {
  const { timesPerImage = 1, seed, batchSize = denoiserBatchSize(description) } = options;
  const all = chosenImages(set, options);
  const part = options.shard && shardRange(all.length, options.shard, set.source);
  const chosen = all.slice(part?.start, part?.end);
  const preprocessing = preprocessingOf(description, set.source);
  const labels = description.classes === null ? null : folderLabels(set, description.classes);
  const [height, width] = imageSides(description);
  const size = description.channels * height * width;
  const pairs = chosen.flatMap((image) =>
    Array.from({ length: timesPerImage }, (_, repeat) => ({ image, repeat })),
  );
  const skipped: SkippedImage[] = [];
  let loaded: { readonly image: number; readonly x: Float32Array | null } | undefined; // its next pair comes right after

  /** Null for an image that is left out. */
  async function imageOf(image: number): Promise<Float32Array | null> {
    if (loaded?.image === image) return loaded.x;
    const x = await cleanImage(set, image, preprocessing, options).catch((error: unknown) => {
      if (options.unreadable !== 'skipped' || !isImageError(error)) throw error;
      skipped.push({ id: set.entries[image]!.id, reason: error.message });
      return null;
    });
    loaded = { image, x };
    return x;
  }

  async function batch(first: number): Promise<FitBatch> {
    const own: { readonly image: number; readonly repeat: number; readonly clean: Float32Array }[] = [];
    for (const pair of pairs.slice(first, first + batchSize)) {
      const clean = await imageOf(pair.image);
      if (clean !== null) own.push({ ...pair, clean });
    }
    const n = own.length;
    const [x, noise] = [new Float32Array(n * size), new Float32Array(n * size)];
    const t = new Int32Array(n);
    for (const [i, { image, repeat, clean }] of own.entries()) {
      x.set(clean, i * size);
      const drawn = drawnPair({ seed, image, repeat }, { steps: description.schedule.steps, size });
      t[i] = drawn.t;
      noise.set(drawn.noise, i * size);
    }
    const y = labels === null ? undefined : Int32Array.from(own, ({ image }) => labels[image]!);
    return { n, x, t, noise, y };
  }

  return {
    count: pairs.length,
    preprocessing: preprocessingId(preprocessing),
    skipped,
    async *batches() {
      for (let first = 0; first < pairs.length; first += batchSize) {
        const next = await batch(first);
        if (next.n > 0) yield next;
      }
      if (skipped.length > 0 && skipped.length === chosen.length) throw nothingLeft(set.source, skipped);
    },
  };
}

/** Numbers of the images in their set, ascending. */
function chosenImages(set: ImageSet, { n, seed }: ImagePairsOptions): readonly number[] {
  const total = set.entries.length;
  if (n !== undefined && n > total) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: set.source,
      expected: `must hold the ${n} images that were asked for`,
      received: String(total),
      help: `Ask for ${total} or fewer.`,
    });
  }
  const size = n ?? Math.min(DEFAULT_IMAGES, total);
  return [...sampleIndices({ n: total, size }, seededRandom(seed, 'posterior', 'images'))].sort(
    (a, b) => a - b,
  );
}

function preprocessingOf(description: DenoiserDescription, source: string): Preprocessing {
  const { channels, id } = description;
  if (channels !== 3 && channels !== 1) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: source,
      expected: 'images can be fitted to where the network takes 3 channels, red, green and blue, or 1, gray',
      received: `${channels} channels of ${id}`,
      help: 'Encode the images to what the network takes, and give --fit-set.',
    });
  }
  const [height, width] = imageSides(description);
  return {
    resize: [height, width],
    resample: 'pillow-bicubic',
    crop: 'center-square-first',
    range: '-1..1',
    ...(channels === 1 ? { channels: 'gray' } : {}),
  };
}

/** Folders that are named by whole numbers hold those classes, some or all; others are numbered as torchvision's ImageFolder does. */
function folderLabels({ entries, source }: ImageSet, classes: number): readonly number[] {
  const folderOf = ({ id }: ImageEntry): string => id.slice(0, Math.max(0, id.indexOf('/')));
  const folders = [...new Set(entries.map(folderOf))]; // in code-point order, as the entries are
  const labels = folders.map((folder) => (/^\d+$/.test(folder) ? Number(folder) : -1));
  if (labels.every((label) => label >= 0 && label < classes))
    return entries.map((entry) => labels[folders.indexOf(folderOf(entry))]!);
  if (folders.length !== classes || folders.includes('')) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: source,
      expected: `must have a folder for each of the network's ${classes} classes, or folders named by their labels, 0 to ${classes - 1}`,
      received: `${folders.filter((folder) => folder !== '').length} folders`,
      help: 'Arrange the images by class, or give --fit-set with the labels y.',
    });
  }
  return entries.map((entry) => folders.indexOf(folderOf(entry)));
}

async function cleanImage(
  { entries, source }: ImageSet,
  image: number,
  preprocessing: Preprocessing,
  { orientation = 'ignored', maxPixels }: ImagePairsOptions,
): Promise<Float32Array> {
  const entry = entries[image]!;
  const name = `${source}/${entry.id}`;
  const stored = await entry.load();
  const limit = defined({ maxPixels });
  const decoded =
    stored.kind === 'pixels'
      ? stored.image
      : await decodeImage(stored.bytes, { name, orientation, ...limit });
  const { data, height, width } = preprocessImage(decoded, preprocessing, { name });
  return preprocessing.channels === 'gray' ? data.subarray(0, height * width) : data;
}

import { InputError, OptionError, ShapeError } from '../errors.js';
import { byCodePoint, type EmbeddedSet, subset, UNKNOWN_ENCODER, unknownProvenance } from './embedded-set.js';
import { embeddingRows } from './embedding-rows.js';
import type { Warning } from './encoder.js';
import { isPattern } from './files/matched-files.js';
import type { NpyHeader } from './files/npy.js';
import { type Npz, openNpz } from './files/npz.js';
import { readNpy, readNpyHeader } from './files/read-npy.js';
import { statistics } from './files/statistics-arrays.js';
import { IMAGE_ARRAYS } from './images/image-npz.js';
import { limitedIndices, limitWarning, requireTaken, type SourceOptions } from './images/source-options.js';
import { partsText } from './merged-facts.js';
import { type Provenance, parsedProvenance } from './provenance.js';
import { readTensorSet, TENSOR_FILE } from './tensor-set.js';

/** What a `.npz` holds, by the names and shapes of its arrays. */
export type NpzContent = 'embeddings' | 'statistics' | 'images';

const ARRAYS_SHOWN = 10;

/**
 * Reads embeddings (`.npy`, or `.npz` with `embeddings` and optional `logits` and `ids`, else its single 2-d array) or
 * statistics (`.npz` with `mu` and `sigma`, as pytorch-fid and clean-fid write them; `n` where the file says it). Of `.pt`, `.pth`,
 * `.safetensors` and `.pkl` files see `readTensorSet`.
 *
 * What a file does not say is not guessed: without provenance the encoder is `unknown`, with a warning.
 *
 * @throws InputError UNREADABLE_FILE if the file is missing, damaged, of another kind or of other types than numbers
 * @throws InputError DUPLICATE_IDS if an id comes twice
 * @throws NumericalError NOT_FINITE naming row and column of the first NaN or infinity
 * @throws ShapeError SHAPE_MISMATCH if arrays have the wrong number of axes or do not belong together
 * @throws SampleSizeError TOO_FEW_SAMPLES for no rows
 */
export async function readEmbeddedSet(path: string, options: SourceOptions = {}): Promise<EmbeddedSet> {
  requireTaken(path, options, /\.npy$/i.test(path) ? [] : ['key']);
  const set = await readWhole(path, options.key);
  const { limit } = options;
  if (limit === undefined) return set;
  if (set.n === null || (set.embeddings === null && set.logits === null))
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--limit',
      expected: `images can be drawn of embeddings, and ${path} holds statistics`,
      help: 'Leave --limit out, or give the embeddings.',
    });
  const drawn = subset(set, limitedIndices(path, set.n, limit));
  return { ...drawn, warnings: [...set.warnings, limitWarning(path, limit, set.n)] };
}

async function readWhole(path: string, key: string | undefined): Promise<EmbeddedSet> {
  if (TENSOR_FILE.test(path)) return { ...withoutProvenance(path), ...(await readTensorSet(path, key)) };
  if (path.toLowerCase().endsWith('.npy')) {
    const embeddings = embeddingRows(await readNpy(path), path);
    return { ...withoutProvenance(path), n: embeddings.n, embeddings };
  }
  const npz = await openNpz(path);
  try {
    const content = await npzContent(npz, key);
    if (content === 'images')
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: 'must hold embeddings or statistics; it is a batch of images',
        help: 'Give it where images are expected.',
      });
    const origin = npz.files.includes('provenance.json')
      ? withProvenance(path, await parsedProvenance(await npz.text('provenance.json'), path))
      : withoutProvenance(path);
    return content === 'statistics'
      ? { ...origin, ...(await statistics(npz)) }
      : { ...origin, ...(await embedded(npz, key)) };
  } finally {
    await npz.close();
  }
}

/** The statistics of guided-diffusion's reference batch, and whether images stand beside them. */
export interface ReferenceBatch {
  /** of `mu` and `sigma` */
  readonly pool: EmbeddedSet;
  /** of `mu_s` and `sigma_s`, which sFID compares; null where they are not there */
  readonly spatial: EmbeddedSet | null;
  readonly images: 'beside' | 'none';
}

/**
 * Reads the statistics of a reference batch of guided-diffusion: `mu` and `sigma` of a dataset, and beside them `mu_s` and `sigma_s`, images
 * (`arr_0`), or both.
 *
 * @returns null for any other file
 * @throws what `readEmbeddedSet` throws of statistics
 */
export async function readReferenceBatch(path: string): Promise<ReferenceBatch | null> {
  if (!/\.npz$/i.test(path) || isPattern(path)) return null;
  const npz = await openNpz(path);
  try {
    const { arrays } = npz;
    const holds = (...names: readonly string[]) => names.every((name) => arrays.includes(name));
    if (!holds('mu', 'sigma') || holds('embeddings')) return null;
    const isSpatial = holds('mu_s', 'sigma_s');
    let isBesideImages = false;
    for (const name of IMAGE_ARRAYS) isBesideImages ||= holds(name) && areImages(await npz.header(name));
    if (!isSpatial && !isBesideImages) return null;
    const origin = withoutProvenance(path);
    const spatial = { path, arrays: [], array: (name: string) => npz.array(`${name}_s`) };
    return {
      pool: { ...origin, ...(await statistics(npz)) },
      spatial: isSpatial ? { ...origin, ...(await statistics(spatial)) } : null,
      images: isBesideImages ? 'beside' : 'none',
    };
  } finally {
    await npz.close();
  }
}

/**
 * Whether a source is taken as images, or as embeddings or statistics: of `.npy` and `.npz` their arrays decide.
 *
 * @throws InputError UNREADABLE_FILE for arrays of no known kind
 */
export async function holdsImages(path: string, { key }: SourceOptions = {}): Promise<boolean> {
  if (TENSOR_FILE.test(path)) return false;
  if (/\.npy$/i.test(path)) return areImages(await readNpyHeader(path));
  if (!/\.npz$/i.test(path) || isPattern(path)) return true;
  const npz = await openNpz(path);
  try {
    return (await npzContent(npz, key)) === 'images';
  } finally {
    await npz.close();
  }
}

/** Of four axes, or of three of bytes: gray images. */
function areImages({ shape, descr }: NpyHeader): boolean {
  return shape.length === 4 || (shape.length === 3 && descr === '|u1');
}

/**
 * @param key  the array that is wanted
 * @throws InputError UNREADABLE_FILE if the arrays are none of the known kinds, with their names and shapes
 */
export async function npzContent(npz: Npz, key?: string): Promise<NpzContent> {
  const { arrays } = npz;
  if (key !== undefined) return areImages(await npz.header(key)) ? 'images' : 'embeddings';
  if (arrays.includes('embeddings')) return 'embeddings';
  if (arrays.includes('mu') && arrays.includes('sigma')) return 'statistics';
  if (arrays.length === 1) {
    const { shape } = await npz.header(arrays[0]!);
    if (shape.length === 2) return 'embeddings';
  }
  for (const name of arrays.length === 1 ? arrays : IMAGE_ARRAYS)
    if (arrays.includes(name) && areImages(await npz.header(name))) return 'images';
  const found: string[] = [];
  for (const name of arrays.slice(0, ARRAYS_SHOWN))
    found.push(`${name} (${(await npz.header(name)).shape.join(', ')})`);
  throw new InputError('UNREADABLE_FILE', {
    where: npz.path,
    expected:
      'must hold embeddings (an array embeddings, or a single 2-d array), statistics (mu and sigma) or images (arr_0 or images, n × height × width × 3)',
    help: 'Name the array with --key.',
    received: `${found.join(', ')}${arrays.length > ARRAYS_SHOWN ? ', …' : ''}` || 'no arrays',
  });
}

type Origin = Omit<EmbeddedSet, 'n'>;

const NOTHING = {
  ids: null,
  embeddings: null,
  logits: null,
  moments: null,
  skipped: [],
  digest: null,
  decoding: null,
} as const;

function withoutProvenance(path: string): Origin {
  return { ...NOTHING, source: path, encoder: UNKNOWN_ENCODER, warnings: [unknownProvenance(path)] };
}

function withProvenance(path: string, provenance: Provenance): Origin {
  const { encoder, digest, decoding, skipped, warnings, imageSizes, shards } = provenance;
  const { joined, notes, device, deviceDifference, source: images } = provenance;
  const missing: Warning[] =
    shards === null
      ? []
      : [
          {
            code: 'INCOMPLETE_SET',
            message: `${path} holds ${partsText(shards)} of ${images}: merge all parts first`,
          },
        ];
  const unknown = encoder.origin === 'unknown' ? withoutProvenance(path).warnings : [];
  return {
    ...NOTHING,
    source: path,
    digest,
    decoding,
    encoder, // its origin is what its writer found: a file's numbers can be proved no better than its words
    skipped,
    warnings: [...unknown, ...warnings, ...missing],
    imageSizes,
    images,
    shards: shards ?? undefined,
    joined,
    notes,
    device,
    deviceDifference,
  };
}

async function embedded(
  npz: Npz,
  key: string | undefined,
): Promise<Pick<EmbeddedSet, 'n' | 'ids' | 'embeddings' | 'logits'>> {
  const { path, arrays } = npz;
  const name = key ?? (arrays.includes('embeddings') ? 'embeddings' : arrays[0]!);
  const embeddings = embeddingRows(await npz.array(name), `${path}, array ${name}`);
  const { n } = embeddings;
  const logits = arrays.includes('logits')
    ? embeddingRows(await npz.array('logits'), `${path}, array logits`)
    : null;
  if (logits !== null && logits.n !== n) throw unlikeRows(path, 'logits', logits.n, n);
  return { n, ids: await readIds(npz, n), embeddings, logits };
}

async function readIds(npz: Npz, n: number): Promise<readonly string[] | null> {
  const { path } = npz;
  if (!npz.files.includes('ids.json') && !npz.arrays.includes('ids')) return null;
  const ids: string[] = [];
  if (npz.files.includes('ids.json')) for await (const some of npz.ids()) for (const id of some) ids.push(id);
  else for (const id of await npz.texts('ids')) ids.push(id);
  if (ids.length !== n) throw unlikeRows(path, 'ids', ids.length, n);
  const twice = repeatedId(ids);
  if (twice === undefined) return ids;
  throw new InputError('DUPLICATE_IDS', {
    where: path,
    expected: 'every id must come once',
    received: `${twice} twice`,
    id: twice,
  });
}

/** Ids in order, as the suite writes them, need no memory to be compared. */
function repeatedId(ids: readonly string[]): string | undefined {
  if (ids.every((id, i) => i === 0 || byCodePoint(ids[i - 1]!, id) < 0)) return undefined;
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}

function unlikeRows(path: string, what: string, received: number, n: number): ShapeError {
  return new ShapeError('SHAPE_MISMATCH', {
    where: path,
    expected: `there must be one of ${what} for each of ${n} embeddings`,
    received: `${received}`,
  });
}

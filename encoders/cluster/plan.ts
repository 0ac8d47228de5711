import { createHash } from 'node:crypto';
import { InputError, OptionError, SampleSizeError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';
import type { EncoderIdentity } from '../encoder.js';
import { VERSION } from '../encoder.js';
import { checkedJson } from '../files/checked-json.js';
import { parsedJson } from '../files/json-text.js';
import { IMAGE_RANGES, type ImageRange } from '../images/source-options.js';
import { IdsDigest, idsDigest } from '../set-digest.js';

/** What parts hold: a row for each image, mean and covariance, or both. */
export type Kept = 'embeddings' | 'moments' | 'both';

/** Images that a plan was made of. */
export interface PlannedSource {
  /** as its user typed it */
  readonly source: string;
  /** from the run's folder, or absolute where it was typed so */
  readonly path: string;
  readonly kind: 'folder' | 'archive';
  /** which array, column or field of the file holds the images; null where nothing was said */
  readonly key: string | null;
  /** what values of images of floats mean; null where nothing was said */
  readonly imageRange: ImageRange | null;
  readonly n: number;
  /** size of the file; null of a folder, whose images are known each by its own */
  readonly bytes: number | null;
  /** what its ids begin with, so that those of several sources differ: `train-0001/`; empty for one source */
  readonly prefix: string;
  /** files beside the images, in words */
  readonly passedOver: string | null;
}

/** Images that one task encodes: a stretch of a source, in its order. */
export interface PlannedUnit {
  /** index of the source */
  readonly source: number;
  readonly from: number;
  readonly n: number;
  /** `idsDigest` of its images */
  readonly digest: string;
  /** `idsDigest` of the sizes of its files, by which an image is known that was put in the place of another; null of an archive */
  readonly sizes: string | null;
}

/** How an encoding is divided among many machines, `plan.json`: made once, never changed. */
export interface Plan {
  readonly schema: 'steadfid/plan/1';
  readonly version: string;
  readonly job: 'encode';
  readonly keep: Kept;
  /** `file`: of a network that is none of the named ones, as paths of sources are */
  readonly encoder: EncoderIdentity & { readonly file: string | null };
  readonly orientation: 'ignored' | 'applied';
  readonly unreadable: 'refused' | 'skipped';
  readonly maxPixels: number | null;
  /** images that the network takes at once; units are whole batches, so that units and one run give the same bytes */
  readonly batchSize: number;
  readonly sources: readonly PlannedSource[];
  /** images of all units */
  readonly n: number;
  /** `idsDigest` of all images in the order of the units, which is that of their ids */
  readonly ids: string;
  readonly units: readonly PlannedUnit[];
  /** SHA-256 of all the rest */
  readonly digest: string;
}

/** A source as it was found. */
export interface FoundSource extends Omit<PlannedSource, 'n'> {
  /** in code-point order */
  readonly ids: readonly string[];
  /** of each file of a folder, in bytes; null of an archive */
  readonly sizes: Float64Array | null;
}

/** Files of a folder, or of a stretch of it: their paths below it, and how many bytes each has. */
export interface ListedFiles {
  readonly ids: readonly string[];
  readonly sizes: ArrayLike<number>;
}

/** How a plan is to be made. */
export type PlanSettings = Pick<
  Plan,
  'keep' | 'encoder' | 'orientation' | 'unreadable' | 'maxPixels' | 'batchSize'
> & {
  /** images of a unit; rounded up to whole batches */
  readonly unitImages: number;
};

/** Images at 16 a second, as on two cores, for ten minutes. */
export const UNIT_IMAGES = 10_000;

/**
 * A plan of sources: units in the order of the ids, none of them far from the size asked for.
 *
 * @param found  in the order of `namedSources`; ids of one are let go before the next is asked for
 * @param onUnit  told the files of each unit of a folder
 * @throws SampleSizeError TOO_FEW_SAMPLES if a unit of moments has one image, which has no covariance
 */
export async function encodingPlan(
  found: Iterable<FoundSource> | AsyncIterable<FoundSource>,
  { unitImages, ...settings }: PlanSettings,
  onUnit: (index: number, files: ListedFiles) => Promise<void> = async () => {},
): Promise<Plan> {
  const sources: PlannedSource[] = [];
  const units: PlannedUnit[] = [];
  const all = new IdsDigest();
  for await (const { ids, sizes, ...source } of found) {
    all.add(ids, source.prefix);
    for (const { from, n } of unitRanges(ids.length, unitImages, settings.batchSize)) {
      if (n < 2 && settings.keep !== 'embeddings') throw oneImage(source.source, settings.keep);
      const own = ids.slice(from, from + n);
      const ownSizes = sizes?.subarray(from, from + n);
      if (ownSizes !== undefined) await onUnit(units.length, { ids: own, sizes: ownSizes });
      units.push({
        source: sources.length,
        from,
        n,
        digest: idsDigest(own, source.prefix),
        sizes: ownSizes === undefined ? null : sizesDigest(ownSizes),
      });
    }
    sources.push({ ...source, n: ids.length });
  }
  const n = units.reduce((sum, unit) => sum + unit.n, 0);
  const common = { schema: 'steadfid/plan/1', version: VERSION, job: 'encode', ...settings } as const;
  const plan = { ...common, sources, n, ids: all.hex, units };
  return { ...plan, digest: planDigest(plan) };
}

function oneImage(where: string, keep: Kept): SampleSizeError {
  return new SampleSizeError('TOO_FEW_SAMPLES', {
    where,
    expected: `--keep ${keep} needs at least 2 images in every unit`,
    received: '1',
    help: 'Pass --keep embeddings, or join small archives.',
  });
}

/**
 * Sources in the order of their ids, with what these begin with where there are several.
 *
 * @throws OptionError CONFLICTING_OPTIONS if two have one name
 */
export function namedSources(
  sources: readonly string[],
): readonly { readonly source: string; readonly prefix: string }[] {
  const named = sources.map((source) => ({ source, prefix: sources.length === 1 ? '' : prefixOf(source) }));
  named.sort((a, b) => byCodePoint(a.prefix, b.prefix));
  for (const [i, { source, prefix }] of named.entries())
    if (i > 0 && named[i - 1]!.prefix === prefix)
      throw new OptionError('CONFLICTING_OPTIONS', {
        where: `${named[i - 1]!.source}, ${source}`,
        expected: 'several sources need different names, with which the ids of their images begin',
        received: `${prefix.slice(0, -1)} twice`,
        help: 'Rename one, or plan the folder that holds both.',
      });
  return named;
}

/** The name of a folder or archive, without its ending. */
function prefixOf(source: string): string {
  const name = source
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1)!;
  return `${name.replace(/\.(zip|tar|npz|npy|parquet)$/i, '')}/`;
}

/** Stretches of whole batches, the last one alone of any length, from a half to one and a half times the others. */
function unitRanges(
  total: number,
  unitImages: number,
  batchSize: number,
): readonly { readonly from: number; readonly n: number }[] {
  const size = Math.ceil(unitImages / batchSize) * batchSize;
  const count = Math.max(1, Math.round(total / size));
  return Array.from({ length: count }, (_, i) => ({
    from: i * size,
    n: i + 1 === count ? total - i * size : size,
  }));
}

/** @param plan  its fields in the order of the file */
function planDigest(plan: object): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}

/** Bytes of `plan.json`. */
export function planText(plan: Plan): string {
  return `${JSON.stringify(plan, null, 1)}\n`;
}

/** `00003`, in the names of files */
function unitName(index: number): string {
  return String(index).padStart(5, '0');
}

/** The file of a unit's ids and sizes, below the run's folder; archives are known by what is in them. */
export function unitFile(index: number): string {
  return `units/${unitName(index)}.txt`;
}

/** The file that a task writes, below the run's folder. Where it is, whole and valid, the unit is done. */
export function partFile({ units }: Plan, index: number): string {
  return `parts/${unitName(index)}-${units[index]!.digest.slice(0, 16)}.npz`;
}

/** What tells the sizes of files, in their order, from others. */
export function sizesDigest(sizes: ArrayLike<number>): string {
  return idsDigest(Array.from(sizes, String));
}

/** `1234 04.png`: a line for each file, ids as JSON that hold a line break or begin with a quotation mark. */
export function listText({ ids, sizes }: ListedFiles): string {
  return ids.map((id, i) => `${sizes[i]} ${/^"|[\r\n]/.test(id) ? JSON.stringify(id) : id}\n`).join('');
}

/**
 * The files of `listText`.
 *
 * @param where  the file, for the error
 * @throws InputError UNREADABLE_FILE if a line is not as `listText` writes it
 */
export function parsedList(text: string, where: string): ListedFiles {
  const lines = text.split('\n').slice(0, -1);
  const sizes = new Float64Array(lines.length);
  const ids = lines.map((line, i) => {
    const space = line.indexOf(' ');
    sizes[i] = space > 0 ? Number(line.slice(0, space)) : Number.NaN;
    if (!Number.isSafeInteger(sizes[i]))
      throw new InputError('UNREADABLE_FILE', {
        where: `${where}:${i + 1}`,
        expected: 'must hold the size of a file and its path',
        help: 'Plan again into another folder.',
      });
    const id = line.slice(space + 1);
    return id.startsWith('"') ? String(parsedJson(id, { where, deepest: 1 })) : id;
  });
  return { ids, sizes };
}

/** `plan.json`, `steadfid/plan/1`; loads zod. */
export async function planSchema() {
  const { z } = await import('zod');
  const text = z.string();
  const count = z.int().min(1);
  const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
  return z.strictObject({
    schema: z.literal('steadfid/plan/1'),
    version: text,
    job: z.literal('encode'),
    keep: z.enum(['embeddings', 'moments', 'both']),
    encoder: z.strictObject({
      id: text,
      sha256: text.nullable(),
      preprocessing: text.nullable(),
      origin: z.enum(['official', 'demo', 'custom', 'unknown']),
      file: text.nullable().describe('of a network without a name: from the folder of the run, or absolute'),
    }),
    orientation: z.enum(['ignored', 'applied']),
    unreadable: z.enum(['refused', 'skipped']),
    maxPixels: count.nullable().describe('null: the default of steadfid'),
    batchSize: count,
    sources: z
      .array(
        z.strictObject({
          source: text.describe('as typed'),
          path: text.describe('from the folder of the run, or absolute'),
          kind: z.enum(['folder', 'archive']),
          key: text.nullable().describe('array, column or field of the file that holds the images'),
          imageRange: z.enum(IMAGE_RANGES).nullable().describe('of images of floats'),
          n: count,
          bytes: z.int().min(0).nullable().describe('of a file; null of a folder'),
          prefix: text.describe('what its ids begin with'),
          passedOver: text.nullable().describe('files beside the images, in words'),
        }),
      )
      .min(1),
    n: count,
    ids: sha256.describe('of all ids in order, each followed by a zero byte'),
    units: z
      .array(
        z.strictObject({
          source: z.int().min(0).describe('index of the source'),
          from: z.int().min(0),
          n: count,
          digest: sha256.describe('of its ids, each followed by a zero byte'),
          sizes: sha256.nullable().describe('of the sizes of its files, likewise; null of an archive'),
        }),
      )
      .min(1),
    digest: sha256.describe('of the JSON of all the rest'),
  });
}

/**
 * @param where  the file, for the error
 * @throws InputError UNREADABLE_FILE if it is no plan, or not as it was written; CHECKSUM_MISMATCH if another version wrote it
 */
export async function parsedPlan(text: string, where: string): Promise<Plan> {
  const help = 'Plan again into another folder.';
  const value = parsedJson(text, { where, help });
  const plan: Plan = checkedJson(await planSchema(), value, { where, help });
  const { digest, ...rest } = value as Plan;
  if (planDigest(rest) !== digest)
    throw new InputError('CHECKSUM_MISMATCH', {
      where,
      expected: 'a plan must be as steadfid plan wrote it; it was changed',
      help,
    });
  if (plan.version !== VERSION)
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: `must be of steadfid ${VERSION}, or parts would differ`,
      received: plan.version,
      help: 'Run the version that planned it, or plan again.',
    });
  return plan;
}

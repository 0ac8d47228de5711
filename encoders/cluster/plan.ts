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
  /** of the file, as of a `PlannedInput`; null of a folder, whose images are known each by its own size */
  readonly digest: string | null;
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

/** How a job is divided among many machines, `plan.json`: made once, never changed. */
export type Plan = EncodingPlan | CommandPlan;

interface PlanFacts {
  readonly schema: 'steadfid/plan/1';
  readonly version: string;
  /** SHA-256 of all the rest */
  readonly digest: string;
}

/** An encoding, divided among its images. */
export interface EncodingPlan extends PlanFacts {
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
}

/** Commands whose work is divided, beside `encode`. */
export const COMMAND_JOBS = ['study', 'compare', 'generate'] as const;
export type CommandJob = (typeof COMMAND_JOBS)[number];

/** A file or folder that a command reads, as it was when it was planned. */
export interface PlannedInput {
  /** as its user typed it */
  readonly path: string;
  readonly kind: 'folder' | 'file';
  /** `idsDigest`: of a folder of the ids of its images and their sizes, of a file of its size and both ends */
  readonly digest: string;
}

const UNIT_KINDS = ['encoding', 'controls', 'repeats', 'subsets', 'filters', 'images'] as const;

/** Work of one task of a command. */
export interface CommandUnit {
  /**
   * `encoding`: a set by a network, and `controls`: detail of the images of a comparison, which must be there before all that takes
   * them. `repeats`: draws of one metric on one set of a study. `subsets`: random subsets of a comparison for one metric. `filters`: all
   * its other subsets. `images`: a stretch of the images to be generated.
   */
  readonly kind: (typeof UNIT_KINDS)[number];
  /** in words: `fid of samples, blur 2` */
  readonly name: string;
  /** place among what the command has of its kind: encodings, tasks of a study, metrics of a comparison */
  readonly of: number;
  /** the first, and how many: images, repeats; of `subsets` which part of how many */
  readonly from: number;
  readonly n: number;
}

/** A command, divided among what it computes. */
export interface CommandPlan extends PlanFacts {
  readonly job: CommandJob;
  readonly arguments: readonly string[];
  /** of the command's flags, by their keys; what was not given is left out */
  readonly options: Readonly<Record<string, unknown>>;
  /** where it was typed, from the folder of the run: paths are meant from there */
  readonly directory: string;
  readonly inputs: readonly PlannedInput[];
  /** encodings first */
  readonly units: readonly CommandUnit[];
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
  EncodingPlan,
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
 * @param onUnit  called with the files of each unit of a folder
 * @throws SampleSizeError TOO_FEW_SAMPLES if a unit of moments has one image, which has no covariance
 */
export async function encodingPlan(
  found: Iterable<FoundSource> | AsyncIterable<FoundSource>,
  { unitImages, ...settings }: PlanSettings,
  onUnit: (index: number, files: ListedFiles) => Promise<void> = async () => {},
): Promise<EncodingPlan> {
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
  return withDigest({ ...common, sources, n, ids: all.hex, units });
}

/** A plan of a command. */
export function commandPlan(plan: Omit<CommandPlan, keyof PlanFacts>): CommandPlan {
  const { job, arguments: given, options, directory, inputs, units } = plan;
  const common = { schema: 'steadfid/plan/1', version: VERSION, job, arguments: given } as const;
  return withDigest({ ...common, options, directory, inputs, units });
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

/** What is written as JSON, with the SHA-256 of the JSON of all its fields in the order of the file. */
export function withDigest<T extends object>(fields: T): T & { readonly digest: string } {
  return { ...fields, digest: createHash('sha256').update(JSON.stringify(fields)).digest('hex') };
}

/** Whether parsed JSON is as `withDigest` made it. */
export function isAsWritten({ digest, ...fields }: { readonly digest: string }): boolean {
  return withDigest(fields).digest === digest;
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

/** The file that lists an input of a command that is a folder. */
export function inputFile(index: number): string {
  return `inputs/${unitName(index)}.txt`;
}

const ENDINGS = {
  encoding: 'npz',
  controls: 'json',
  repeats: 'json',
  subsets: 'json',
  filters: 'json',
  images: 'zip',
} as const satisfies Record<CommandUnit['kind'], string>;

/** The file that a task writes, below the run's folder. Where it is, whole and valid, the unit is done. */
export function partFile(plan: Plan, index: number): string {
  const [digest, ending] =
    plan.job === 'encode'
      ? [plan.units[index]!.digest, 'npz']
      : [plan.digest, ENDINGS[plan.units[index]!.kind]];
  return `parts/${unitName(index)}-${digest.slice(0, 16)}.${ending}`;
}

/** Units that others wait for: the first so many. */
export function unitsBefore({ job, units }: Plan): number {
  return job === 'encode' ? 0 : units.filter(({ kind }) => kind === 'encoding' || kind === 'controls').length;
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
  const schema = z.literal('steadfid/plan/1');
  const digest = sha256.describe('of the JSON of all the rest');
  const encoding = z.strictObject({
    schema,
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
          digest: sha256.nullable().describe('of the size and both ends of a file; null of a folder'),
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
    digest,
  });
  const command = z.strictObject({
    schema,
    version: text,
    job: z.enum(COMMAND_JOBS),
    arguments: z.array(text),
    options: z.record(text, z.json()).describe('flags that were given'),
    directory: text.describe('where it was typed, from the folder of the run'),
    inputs: z.array(
      z.strictObject({
        path: text.describe('as typed'),
        kind: z.enum(['folder', 'file']),
        digest: sha256.describe('of the sizes and ids of its images; of a file of its size and both ends'),
      }),
    ),
    units: z
      .array(
        z.strictObject({
          kind: z.enum(UNIT_KINDS),
          name: text.describe('in words'),
          of: z.int().min(0),
          from: z.int().min(0),
          n: count,
        }),
      )
      .min(1),
    digest,
  });
  return z.discriminatedUnion('job', [encoding, command]);
}

/**
 * @param where  the file, for the error
 * @throws InputError UNREADABLE_FILE if it is no plan, or not as it was written; CHECKSUM_MISMATCH if another version wrote it
 */
export async function parsedPlan(text: string, where: string): Promise<Plan> {
  const help = 'Plan again into another folder.';
  const value = parsedJson(text, { where, help });
  const plan = checkedJson(await planSchema(), value, { where, help }) as Plan;
  if (!isAsWritten(value as Plan))
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

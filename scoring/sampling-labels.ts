import type { EmbeddedSet } from '../encoders/embedded-set.js';
import { type LabelsFile, readLabels } from '../encoders/files/read-labels.js';
import { type ImageLabels, numberedLabels, storedLabels } from '../encoders/image-labels.js';
import { InputError, OptionError } from '../errors.js';
import { areFixedCounts } from '../metrics/design/even-counts.js';
import type { Comparison } from '../metrics/metric-definition.js';
import { countText } from '../numerics/number-text.js';
import { idMatch } from '../uncertainty/id-match.js';
import type { DesignRequest } from './score-request.js';
import type { ScoreSource, ScoreSources } from './score-sources.js';

/** Ids that are named in an error. */
const MOST_NAMED = 5;

/** Images by their ids, from wherever. */
type NamedImages = Pick<EmbeddedSet, 'source' | 'ids'>;

function missingLabels(where: string, set: NamedImages, missing: readonly string[]): InputError {
  const named = missing.slice(0, MOST_NAMED);
  const more = missing.length > named.length ? ` and ${countText(missing.length - named.length)} more` : '';
  return new InputError('MISSING_IDS', {
    where,
    expected: `must have a label for each image of ${set.source}`,
    received: `none for ${countText(missing.length)} of ${countText(set.ids!.length)}: ${named.join(', ')}${more}`,
    help: 'Add them; or name the one side that has labels: reference=FILE or generated=FILE.',
  });
}

/** @throws OptionError CONFLICTING_OPTIONS for embeddings without ids */
function requiredIds(set: NamedImages, flag: string): readonly string[] {
  if (set.ids !== null) return set.ids;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: flag,
    expected: 'labels belong to ids of images',
    received: `${set.source}, which has none`,
    help: 'Encode the images with steadfid encode, which keeps their ids.',
  });
}

function labelsOfFile(set: NamedImages, { source, byId }: LabelsFile, flag: string): ImageLabels {
  const ids = requiredIds(set, flag);
  const labelled = { source, ids: [...byId.keys()] };
  const { pairs, imagesAlone } = idMatch({ source: set.source, ids }, labelled, { missing: 'allow' });
  if (imagesAlone.length > 0) throw missingLabels(`${flag} ${source}`, set, imagesAlone);
  return { from: source, labels: ids.map((id) => byId.get(pairs.get(id)!)!) };
}

function labelsOfPattern(set: NamedImages, text: string, flag: string): ImageLabels {
  let pattern: RegExp;
  try {
    pattern = new RegExp(text);
  } catch (error) {
    throw new OptionError('OUT_OF_RANGE', {
      where: flag,
      expected: 'must be a .csv file or a regular expression of file names',
      received: `${JSON.stringify(text)} (${(error as Error).message})`,
    });
  }
  const ids = requiredIds(set, flag);
  const found = ids.map((id) => pattern.exec(id));
  const missing = ids.filter((_, i) => found[i] === null);
  if (missing.length > 0) throw missingLabels(`${flag} ${text}`, set, missing);
  return { from: `file names by ${text}`, labels: found.map((match) => match![1] ?? match![0]) };
}

const isCsv = (text: string): boolean => /\.csv$/i.test(text);

/** The files that labels are read from, each once. */
export function labelFiles({ strata = {}, clusters = {} }: DesignRequest): readonly string[] {
  const given = [strata, clusters].flatMap(({ reference, generated }) => [reference, generated]);
  return [...new Set(given)].filter((text) => text !== undefined && isCsv(text)) as string[];
}

async function clustersOf(set: NamedImages, given: string | undefined): Promise<ImageLabels | undefined> {
  if (given === undefined) return undefined;
  return isCsv(given)
    ? labelsOfFile(set, await readLabels(given), '--clusters')
    : labelsOfPattern(set, given, '--clusters');
}

/** The first folder of each image's path; null where an image lies in none, or all in one. */
export function subfolderLabels(ids: readonly string[]): ImageLabels | null {
  const labels = ids.map((id) => id.slice(0, Math.max(0, id.indexOf('/'))));
  return labels.includes('') || new Set(labels).size < 2 ? null : { from: 'subfolders', labels };
}

/** Folders by which a program divides its output: `rank0`, `seed-1`. */
const DIVIDED = /^(batch|chunk|gpu|node|part|rank|run|seed|shard|step|worker)[-_ ]?\d+$/i;

/** Whether folders divide images by their number, and not by what they show: `000000`, `001000`, … or `rank0`, `rank1`. */
export function areBatchFolders(names: readonly string[]): boolean {
  if (names.every((name) => DIVIDED.test(name))) return true;
  if (!names.every((name) => /^\d+$/.test(name))) return false;
  const numbers = names.map(Number).sort((a, b) => a - b);
  const step = numbers[1]! - numbers[0]!;
  return step > 1 && numbers.every((number, i) => number === numbers[0]! + i * step);
}

/** Labels that the images carry themselves, where their counts say that a fixed number of each was drawn. */
async function foundStrata(set: NamedImages, source: ScoreSource): Promise<ImageLabels | undefined> {
  const { ids } = set;
  if (ids === null || ids.length === 0) return undefined;
  const stored = source.kind === 'images' ? await storedLabels(source.set, ids) : null;
  const folders = subfolderLabels(ids);
  const labels =
    stored ?? (folders !== null && areBatchFolders([...new Set(folders.labels)]) ? null : folders);
  if (labels === null || !areFixedCounts(numberedLabels(labels.labels).counts)) return undefined;
  return labels;
}

async function strataOfSide(
  set: NamedImages,
  source: ScoreSource,
  given: string | undefined,
): Promise<ImageLabels | undefined> {
  if (given === undefined) return foundStrata(set, source);
  return given === 'none' ? undefined : labelsOfFile(set, await readLabels(given), '--strata');
}

/**
 * The class of each image: of the `--strata` file where there is one, else what the source names itself, else its first folder.
 *
 * @throws InputError MISSING_IDS naming the first five images without a label, or a set that names no classes
 * @throws OptionError CONFLICTING_OPTIONS for embeddings without ids
 */
export async function classLabels(
  set: EmbeddedSet,
  source: ScoreSource,
  given: string | undefined,
): Promise<ImageLabels> {
  if (given !== undefined && given !== 'none') return labelsOfFile(set, await readLabels(given), '--strata');
  const ids = requiredIds(set, '--per-class');
  const stored = source.kind === 'images' ? ((await source.set.labels?.()) ?? null) : null;
  if (stored !== null) {
    const missing = ids.filter((id) => !stored.byId.has(id));
    if (missing.length > 0) throw missingLabels(`--per-class: ${stored.from}`, set, missing);
    return { from: stored.from, labels: ids.map((id) => stored.byId.get(id)!) };
  }
  const folders = subfolderLabels(ids);
  if (folders !== null) return folders;
  const bare = ids.filter((id) => !id.includes('/'));
  throw new InputError('MISSING_IDS', {
    where: '--per-class',
    expected: `each image of ${set.source} must have a class`,
    received:
      bare.length === 0
        ? 'all in one subfolder'
        : `no subfolder for ${countText(bare.length)} of ${countText(ids.length)}: ${bare.slice(0, MOST_NAMED).join(', ')}`,
    help: 'Put images into a folder for each class, or name a CSV file (id,class): --strata FILE.csv.',
  });
}

/** What the images of one side have in common, in their order; undefined where nothing says. */
export interface SamplingLabels {
  readonly strata: ImageLabels | undefined;
  readonly clusters: ImageLabels | undefined;
}

/**
 * What is known of how the images of one side were drawn: what the caller says, or what subfolders, `dataset.json` or `arr_1` show.
 *
 * @throws InputError MISSING_IDS naming the first five images without a label; UNREADABLE_FILE, DUPLICATE_IDS
 * @throws OptionError CONFLICTING_OPTIONS for labels of embeddings without ids
 */
export async function samplingLabels(
  set: NamedImages,
  source: ScoreSource,
  { strata, clusters }: { readonly strata: string | undefined; readonly clusters: string | undefined },
): Promise<SamplingLabels> {
  return {
    strata: await strataOfSide(set, source, strata),
    clusters: await clustersOf(set, clusters),
  };
}

/**
 * The sets with what is known of how their images were drawn.
 *
 * @throws what `samplingLabels` throws
 */
export async function withSamplingLabels(
  sets: Comparison,
  sources: ScoreSources,
  { strata = {}, clusters = {} }: DesignRequest,
): Promise<Comparison> {
  const labelled = async (side: keyof Comparison): Promise<EmbeddedSet> => {
    const set = sets[side];
    const given = { strata: strata[side], clusters: clusters[side] };
    const found = await samplingLabels(set, sources[side], given);
    if (found.strata === undefined && found.clusters === undefined) return set;
    return { ...set, ...found };
  };
  const generated = await labelled('generated');
  if (sets.reference === sets.generated) return { reference: generated, generated }; // one side alone
  return { reference: await labelled('reference'), generated };
}

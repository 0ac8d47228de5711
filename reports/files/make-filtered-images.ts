import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { holdsImages } from '../../encoders/read-embedded-set.js';
import { EvaluationError, InputError, InterruptedError } from '../../errors.js';
import type { CompareReport } from '../../filtering/compare-report.js';
import { keepDecision } from '../../filtering/keep-decision.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { throwIfAborted } from '../../numerics/throw-if-aborted.js';
import { leadingComparison } from '../../sample-size-study/stability-headline.js';
import { filterName } from '../../sample-size-study/stability-words.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { mapsBeside } from '../../uncertainty/files/maps-beside.js';
import { openMapSource } from '../../uncertainty/files/open-map-source.js';
import { readScores } from '../../uncertainty/files/read-scores.js';
import { idMatch } from '../../uncertainty/id-match.js';
import { ImagePool, PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { type PixelMap, pixelMap } from '../../uncertainty/pixel-map.js';
import { chosenScores } from '../../uncertainty/score-table.js';
import type { FilteredImages } from '../filtering/filtered-images.js';
import { bothPictures, countedPixels, scaleOf, smoothed, smoothingOf } from './map-pictures.js';
import { pictureReader, randomPictures } from './small-picture.js';

/** Filters whose images are kept for the page, the first ones. */
const MOST_FILTERS = 4;
/** Images of each side, of which the page shows some at once. */
const DRAWN = 24;

/** What a filter did, by ids. */
interface Filtered {
  readonly score: string;
  readonly dropped: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Small pictures of random images that each filter dropped and kept; null where the generated set is not images.
 *
 * @param source  how the generated set was opened
 */
export async function makeFilteredImages(
  { generated, filters, plan }: CompareReport,
  { source, signal }: { readonly source?: SourceOptions | undefined; readonly signal?: AbortSignal } = {},
): Promise<FilteredImages | null> {
  if (!(await holdsImages(generated.source, source))) return null;
  const set = await openImageSet(generated.source, source);
  try {
    return await withMaps(
      await picturesOf(set, filters.slice(0, MOST_FILTERS), { seed: plan.seed, signal }),
      {
        set,
        signal,
      },
    );
  } finally {
    await set.close();
  }
}

/**
 * The same of the filters of a study, each applied to its whole set, the one that its page begins with first; null for a design without
 * filters, or without images.
 */
export async function makeStudyImages(
  { design, stability = [], stabilityVerdicts = [] }: StudyReport,
  { opened, signal }: { readonly opened?: SourceOptions; readonly signal?: AbortSignal },
): Promise<FilteredImages | null> {
  const arms = design.arms.filter(({ filter }) => filter !== undefined);
  const leading = leadingComparison(stabilityVerdicts, stability)?.verdict.filter ?? arms[0]?.name;
  const first = arms.find(({ name }) => name === leading);
  if (first === undefined || !(await holdsImages(first.source, opened))) return null;
  const set = await openImageSet(first.source, opened);
  try {
    const pool = ImagePool.of({ source: first.source, ids: set.entries.map(({ id }) => id) });
    const shown = [first, ...arms.filter((arm) => arm !== first && arm.source === first.source)];
    const filters: Filtered[] = [];
    for (const { name, filter } of shown.slice(0, MOST_FILTERS)) {
      const table = await readScores(filter!.scores);
      const score = PooledScore.join(pool, chosenScores(table, [filter!.column])[0]!, table);
      const rule = parsedKeepRule(filter!.rule, filter!);
      const decision = keepDecision(score, rule, { seed: design.seed });
      const idsOf = (indices: Uint32Array) => Array.from(indices, (index) => pool.ids[index]!);
      filters.push({
        score: arms.length === 1 ? filter!.column : filterName(name),
        dropped: idsOf(decision.dropped),
        kept: idsOf(decision.kept),
      });
    }
    return await withMaps(await picturesOf(set, filters, { seed: design.seed, signal }), { set, signal });
  } finally {
    await set.close();
  }
}

async function picturesOf(
  set: ImageSet,
  filters: readonly Filtered[],
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal | undefined },
): Promise<FilteredImages> {
  const picture = pictureReader(set);
  const side = async (ids: readonly string[], ...labels: readonly string[]) => ({
    of: ids.length,
    drawn: await randomPictures(ids, { picture, random: seededRandom(seed, ...labels), most: DRAWN, signal }),
  });
  const shown = [];
  for (const { score, dropped, kept } of filters)
    shown.push({
      score,
      dropped: await side(dropped, 'pictures', score, 'dropped'),
      kept: await side(kept, 'pictures', score, 'kept'),
    });
  return { schema: 'steadfid/filtered-images/1', filters: shown };
}

/** The same with the maps of the first filter's images, which a page shows, where maps stand beside the images. */
async function withMaps(
  images: FilteredImages,
  { set, signal }: { readonly set: ImageSet; readonly signal: AbortSignal | undefined },
): Promise<FilteredImages> {
  const source = await mapsBeside(set.source);
  const [first, ...others] = images.filters;
  if (source === null || first === undefined) return images;
  try {
    const shown = [...first.dropped.drawn, ...first.kept.drawn].map(({ id }) => id);
    const { facts, pictures } = await mapPictures(source, { set, shown, signal });
    const side = ({ of, drawn }: typeof first.kept) => ({
      of,
      drawn: drawn.map((one) => ({ ...one, map: pictures.get(one.id) ?? null })),
    });
    const filters = [{ ...first, dropped: side(first.dropped), kept: side(first.kept) }, ...others];
    return { ...images, maps: facts, filters };
  } catch (error) {
    // what was found by itself must not cost a comparison that is computed
    if (error instanceof InterruptedError || !(error instanceof EvaluationError)) throw error;
    return { ...images, mapsLeftOut: error.message };
  }
}

async function mapPictures(
  source: string,
  {
    set,
    shown,
    signal,
  }: { readonly set: ImageSet; readonly shown: readonly string[]; readonly signal: AbortSignal | undefined },
) {
  const opened = await openMapSource(source, { order: 'auto' });
  try {
    if (opened.settings.length > 1) {
      throw new InputError('UNREADABLE_FILE', {
        where: source,
        expected: 'holds maps of several settings, and none is the one of the scores',
        received: opened.settings.map(({ name }) => name).join(', '),
      });
    }
    const maps = new Map(opened.entries.map((entry) => [entry.id, entry]));
    const { pairs } = idMatch(
      { source: set.source, ids: set.entries.map(({ id }) => id) },
      { source, ids: [...maps.keys()] },
      { missing: 'allow' },
    );
    const found = shown.filter((id) => pairs.has(id));
    const mapOf = async (id: string): Promise<PixelMap> => {
      throwIfAborted(signal, 'report');
      return pixelMap((await maps.get(pairs.get(id)!)!.load()).map, 'mean');
    };
    const counted = [];
    let sigma = 0;
    for (const id of found) {
      const map = await mapOf(id);
      counted.push(countedPixels(smoothed(map)));
      sigma = smoothingOf(map);
    }
    if (found.length === 0)
      throw new InputError('MISSING_IDS', { where: source, expected: 'has no map of the images drawn' });
    const scale = scaleOf(counted);
    const pictures = new Map<string, { raw: string; smoothed: string }>();
    for (const id of found) {
      const map = await mapOf(id); // read again, so that large maps are not all held
      pictures.set(id, await bothPictures(map, scale));
    }
    return { facts: { source, scale, sigma }, pictures };
  } finally {
    await opened.close();
  }
}

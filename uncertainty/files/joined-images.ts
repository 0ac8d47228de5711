import { defined } from '../../defined.js';
import type { Warning } from '../../encoders/encoder.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { type ControlScores, controlScores, type DecodableImage } from '../controls.js';
import { type IdMatch, idMatch, type MissingIds } from '../id-match.js';
import type { MapScores } from '../map-scores.js';
import { renamedScore } from '../score-table.js';
import { decodableImages } from './decodable-images.js';
import type { MapRun } from './open-map-runs.js';

/** The images, and which map each belongs to. */
export interface JoinedImages {
  readonly set: ImageSet;
  readonly match: IdMatch;
  /** by the map's id */
  readonly byMap: ReadonlyMap<string, DecodableImage>;
}

/** Ids of the maps of a run. */
export function idsOf({ maps }: MapRun): readonly string[] {
  return maps.kind === 'maps' ? maps.entries.map(({ id }) => id) : [...maps.score.byId.keys()];
}

/**
 * The images of a path, opened as `opening` says, joined by id to the maps of every run.
 *
 * @throws InputError MISSING_IDS if a run lacks an image, or an image a map, and `missing` is `refuse`
 */
export async function openJoinedImages(
  path: string,
  runs: readonly MapRun[],
  missing: MissingIds,
  opening?: SourceOptions,
): Promise<JoinedImages> {
  const set = await openImageSet(path, opening);
  const images = decodableImages(set);
  const own = { source: path, ids: images.map(({ id }) => id) };
  for (const run of runs) {
    // each run must have every image, or it is said which are missing where
    idMatch(own, { source: [run.source, run.name].filter(Boolean).join(' '), ids: idsOf(run) }, { missing });
  }
  const all = [...new Set(runs.flatMap(idsOf))];
  const match = idMatch(own, { source: runs[0]!.source, ids: all }, { missing });
  const byId = new Map(images.map((image) => [image.id, image]));
  const byMap = new Map([...match.pairs].map(([image, map]) => [map, byId.get(image)!]));
  return { set, match, byMap };
}

/** Sizes of maps beside those of their images: allowed, but said. */
export function sizeWarnings(runs: readonly MapScores[], controls: ControlScores): Warning[] {
  const pairs = runs.flatMap(({ sizes }) =>
    [...sizes].flatMap(([id, map]) => {
      const image = controls.sizes.get(id);
      return image === undefined ? [] : [{ map, image }];
    }),
  );
  const unlike = pairs.filter(({ map, image }) => map.height !== image.height || map.width !== image.width);
  const [first] = unlike;
  if (first === undefined) return [];
  const text = ({ height, width }: { readonly height: number; readonly width: number }) =>
    `${height} × ${width}`;
  return [
    {
      code: 'MAP_SIZE',
      message: `${unlike.length} of ${pairs.length} maps differ in size from their image, such as ${text(first.map)} for ${text(first.image)}. Scores use the maps unchanged.`,
    },
  ];
}

/** Control scores of the joined images, under the ids of their maps. */
export async function imageControls(
  { byMap }: JoinedImages,
  {
    signal,
    progress,
  }: {
    readonly signal: AbortSignal | undefined;
    readonly progress: (task: string, total: number) => (done: number) => void;
  },
): Promise<ControlScores> {
  const names = new Map([...byMap].map(([map, { id }]) => [id, map]));
  const { scores, sizes } = await controlScores([...byMap.values()], {
    ...defined({ signal }),
    onProgress: progress('measuring detail', byMap.size),
  });
  return {
    scores: scores.map((score) => renamedScore(score, names)),
    sizes: new Map([...sizes].map(([id, size]) => [names.get(id)!, size])),
  };
}

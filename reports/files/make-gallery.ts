import { defined } from '../../defined.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { EvaluationError } from '../../errors.js';
import { quantile } from '../../numerics/order-statistics.js';
import { type JoinedImages, openJoinedImages } from '../../uncertainty/files/joined-images.js';
import { imagesBeside } from '../../uncertainty/files/maps-beside.js';
import { type MapRun, openMapRuns } from '../../uncertainty/files/open-map-runs.js';
import type { MissingIds } from '../../uncertainty/id-match.js';
import type { AxisOrder } from '../../uncertainty/map-source.js';
import { type PixelMap, pixelMap } from '../../uncertainty/pixel-map.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { columnScores } from '../uncertainty/column-scores.js';
import type { Gallery } from '../uncertainty/gallery.js';
import { makeMapGrids } from './make-map-grids.js';
import { mapPicture, smoothed, smoothingOf } from './map-pictures.js';
import { smallPicture } from './small-picture.js';

/** Pictures at each end. */
const AT_EACH_END = 12;

export interface GallerySources {
  readonly maps: readonly string[];
  readonly images?: string;
  readonly opening?: SourceOptions;
  readonly order: AxisOrder;
  readonly setting?: string;
  readonly missing: MissingIds;
}

/**
 * Small pictures of the most and the least uncertain images of the first score, with their maps; null where no maps are kept,
 * only sums.
 */
export async function makeGallery(
  report: UncertaintyReport,
  sources: GallerySources,
): Promise<Gallery | null> {
  const { order, setting, missing } = sources;
  const column = report.columns.find(({ kind }) => kind === 'aggregation');
  if (column === undefined) return null;
  const { scores, threshold } = columnScores(column);
  const opened = await openMapRuns(sources.maps, {
    order,
    channels: report.channels,
    ...defined({ setting }),
  });
  try {
    const run = opened.runs.find(({ name }) => name === column.run);
    if (run?.maps.kind !== 'maps' || threshold === null) return null;
    const entries = new Map(run.maps.entries.map((entry) => [entry.id, entry]));
    const images =
      sources.images === undefined
        ? await foundImages(opened.runs)
        : await openJoinedImages(sources.images, opened.runs, missing, sources.opening);
    const picture = async (id: string) => {
      const image = await images?.byMap.get(id)?.decode();
      return image === undefined ? null : smallPicture(image, 'smooth');
    };
    try {
      const grids = await makeMapGrids(opened.runs, { order, channels: report.channels, picture });
      const chosen = scores
        .map((one, i) => ({ ...one, rank: scores.length - i }))
        .filter((_, i) => i < AT_EACH_END || i >= scores.length - AT_EACH_END)
        .reverse();
      const maps: (PixelMap | null)[] = [];
      for (const { id } of chosen) {
        const entry = entries.get(id);
        maps.push(entry === undefined ? null : pixelMap((await entry.load()).map, report.channels));
      }
      const pixels = Float64Array.from(maps.flatMap((map) => (map === null ? [] : [...map.data])));
      const scale = { low: quantile(pixels, 0.01)!, high: quantile(pixels, 0.99)! };
      const shown = maps.find((map) => map !== null);
      const pictures: Gallery['entries'] = [];
      for (const [i, { id, score, rank, isKept }] of chosen.entries()) {
        const map = maps[i]!;
        pictures.push({
          id,
          score,
          rank,
          isKept,
          image: await picture(id),
          map: map === null ? null : await mapPicture(map, scale),
          smoothed: map === null ? null : await mapPicture(smoothed(map), scale),
        });
      }
      return {
        schema: 'steadfid/gallery/1',
        score: column.name,
        images: scores.length,
        threshold,
        scale,
        ...defined({ sigma: shown === undefined ? undefined : smoothingOf(shown) }),
        entries: pictures,
        ...(grids.length === 0 ? {} : { grids }),
      };
    } finally {
      await images?.set.close();
    }
  } finally {
    await opened.close();
  }
}

/** Images that stand beside the maps, for their pictures alone; null where there are none of these names. */
async function foundImages(runs: readonly MapRun[]): Promise<JoinedImages | null> {
  const path = await imagesBeside(runs[0]!.source);
  if (path === null) return null;
  try {
    return await openJoinedImages(path, runs, 'allow');
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error; // nobody asked for them
    return null;
  }
}

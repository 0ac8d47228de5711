import { folderStructure } from '../../uncertainty/bayesdiff-names.js';
import { mapsByTime } from '../../uncertainty/files/maps-beside.js';
import type { MapRun } from '../../uncertainty/files/open-map-runs.js';
import { openMapSource } from '../../uncertainty/files/open-map-source.js';
import type { AxisOrder, MapEntry } from '../../uncertainty/map-source.js';
import { type ChannelReduction, pixelMap } from '../../uncertainty/pixel-map.js';
import type { MapGrid } from '../uncertainty/gallery.js';
import { bothPictures, countedPixels, scaleOf, smoothed, smoothingOf } from './map-pictures.js';

/** Images of a grid, and its settings or times. */
const [MOST_IMAGES, MOST_LINES] = [8, 12];

interface Line {
  readonly name: string;
  readonly entries: readonly MapEntry[];
}

/** How maps are read, and the images they are of. */
export interface GridOptions {
  readonly order: AxisOrder;
  readonly channels: ChannelReduction;
  /** a small picture of the image that a map is of; null: there is none */
  readonly picture: (id: string) => Promise<string | null>;
}

/** Grids of the maps under each setting, from two settings on, and of those of the first one at each time that was kept. */
export async function makeMapGrids(runs: readonly MapRun[], options: GridOptions): Promise<MapGrid[]> {
  const lines = runs.flatMap((run) =>
    run.maps.kind === 'maps' ? [{ name: settingTitle(run), entries: run.maps.entries }] : [],
  );
  const grids = lines.length > 1 ? [await gridOf('settings', lines, options)] : [];
  const times: Line[] = [];
  for (const { time, path } of await mapsByTime(runs[0]!.source)) {
    const { entries } = await openMapSource(path, options);
    times.push({ name: `t = ${time}`, entries });
  }
  if (times.length > 1) grids.push(await gridOf('times', times, options));
  return grids;
}

function settingTitle({ name, setting: { sigma, precision }, source }: MapRun): string {
  if (sigma === null) return name;
  const structure = folderStructure(source.replace(/^.*[\\/]/, ''));
  return `${structure === null ? '' : `${structure}, `}noise σ ${sigma}, prior precision ${precision}`;
}

async function gridOf(
  rows: MapGrid['rows'],
  all: readonly Line[],
  { channels, picture }: GridOptions,
): Promise<MapGrid> {
  const lines = all.slice(0, MOST_LINES);
  const ids = lines[0]!.entries.slice(0, MOST_IMAGES).map(({ id }) => id);
  const read = [];
  for (const { name, entries } of lines) {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const maps = [];
    for (const id of ids) {
      const loaded = await byId.get(id)?.load();
      maps.push(loaded === undefined ? null : pixelMap(loaded.map, channels));
    }
    read.push({ name, maps });
  }
  const known = read.flatMap(({ maps }) => maps).filter((map) => map !== null);
  const scale = scaleOf(known.map((map) => countedPixels(smoothed(map))));
  const images = [];
  for (const id of ids) images.push({ id, image: await picture(id) });
  const drawn = [];
  for (const { name, maps } of read) {
    const pictures = [];
    for (const map of maps) pictures.push(map === null ? null : await bothPictures(map, scale));
    drawn.push({ name, maps: pictures });
  }
  return { rows, scale, sigma: smoothingOf(known[0]!), images, lines: drawn };
}

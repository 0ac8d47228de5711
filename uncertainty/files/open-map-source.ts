import { join } from 'node:path';
import { byCodePoint } from '../../encoders/embedded-set.js';
import { InputError } from '../../errors.js';
import { bayesdiffName } from '../bayesdiff-names.js';
import { requireUnique } from '../id-match.js';
import type { AxisOrder, MapEntry, MapSetting, MapSource } from '../map-source.js';
import { filesBelow, foldersIn, pathKind } from './list-files.js';
import { openNpzMaps } from './open-npz-maps.js';
import { MAP_EXTENSIONS, readMap } from './read-map.js';

/** Folders in which BayesDiff keeps variance tensors: the present name and the older one. */
const TENSOR_FOLDERS = ['var_tensors', 'z_var'];

export interface MapSourceOptions {
  readonly order: AxisOrder;
}

interface FoundMap {
  readonly path: string;
  readonly id: string;
  readonly setting: MapSetting;
}

const settingName = (sigma: string | null, precision: string | null) =>
  sigma === null ? '' : `${sigma}_${precision}`;

/** Variance tensors of one folder of BayesDiff, given by itself or by the folder that holds it; undefined if it is none. */
async function bayesdiffMaps(folder: string): Promise<FoundMap[] | undefined> {
  const inner = (await foldersIn(folder)).find((name) => TENSOR_FOLDERS.includes(name));
  const tensors = inner === undefined ? folder : join(folder, inner);
  const files = (await filesBelow(tensors)).filter((file) => !file.includes('/') && file.endsWith('.pth'));
  const named = files.flatMap((file) => {
    const name = bayesdiffName(file);
    return name === undefined ? [] : [{ file, ...name }];
  });
  const isBayesdiff = inner !== undefined || (named.length > 0 && named.every(({ sigma }) => sigma !== null));
  if (!isBayesdiff) return undefined;
  return named.map(({ file, id, sigma, precision }) => ({
    path: join(tensors, file),
    id,
    setting: { name: settingName(sigma, precision), sigma, precision },
  }));
}

/** Any folder of map files: the id is the path without extension. */
async function plainMaps(folder: string): Promise<{ readonly maps: FoundMap[]; readonly ignored: string[] }> {
  const setting = { name: '', sigma: null, precision: null };
  const isMap = (file: string) => MAP_EXTENSIONS.some((extension) => file.toLowerCase().endsWith(extension));
  const files = await filesBelow(folder);
  return {
    maps: files
      .filter(isMap)
      .map((file) => ({ path: join(folder, file), id: file.replace(/\.[^.]+$/, ''), setting })),
    ignored: files.filter((file) => !isMap(file)),
  };
}

function entriesOf(source: string, found: readonly FoundMap[], order: AxisOrder): MapEntry[] {
  for (const name of new Set(found.map(({ setting }) => setting.name))) {
    const ids = found.filter(({ setting }) => setting.name === name).map(({ id }) => id);
    requireUnique({ source: name === '' ? source : `${source} (${name})`, ids });
  }
  return found
    .map(({ path, id, setting }) => ({
      id,
      setting: setting.name,
      load: () => readMap(path, { order }),
    }))
    .sort((a, b) => byCodePoint(a.setting, b.setting) || byCodePoint(a.id, b.id));
}

/**
 * Finds uncertainty maps: an output folder of BayesDiff as it is (`var_tensors/`, the older `z_var/`, or either itself), any
 * folder of `.npy`, `.npz`, `.pth`, PNG or TIFF maps named by image, an `.npz` of many maps, or one file. Several settings of
 * one id are entries of their own.
 *
 * @throws InputError UNREADABLE_FILE, EMPTY_FOLDER
 * @throws InputError DUPLICATE_IDS if two files of one setting give one id
 */
export async function openMapSource(source: string, { order }: MapSourceOptions): Promise<MapSource> {
  if ((await pathKind(source)) === 'file') {
    if (source.toLowerCase().endsWith('.npz')) return openNpzMaps(source, { order });
    const id = source.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
    const setting = { name: '', sigma: null, precision: null };
    const entries = entriesOf(source, [{ path: source, id, setting }], order);
    return { source, layout: 'file', settings: [setting], entries, warnings: [], close: async () => {} };
  }
  const bayesdiff = await bayesdiffMaps(source);
  const { maps, ignored } =
    bayesdiff === undefined ? await plainMaps(source) : { maps: bayesdiff, ignored: [] };
  if (maps.length === 0) {
    throw new InputError('EMPTY_FOLDER', {
      where: source,
      expected: `must hold uncertainty maps: var_tensors/ as BayesDiff writes it, or files ending in ${MAP_EXTENSIONS.join(', ')}`,
      received: ignored.length === 0 ? 'no files' : `${ignored.length} files of other kinds`,
    });
  }
  const settings = new Map(maps.map(({ setting }) => [setting.name, setting]));
  return {
    source,
    layout: bayesdiff === undefined ? 'folder' : 'bayesdiff',
    settings: [...settings.values()].sort((a, b) => byCodePoint(a.name, b.name)),
    entries: entriesOf(source, maps, order),
    warnings:
      ignored.length === 0
        ? []
        : [
            {
              code: 'FILES_IGNORED',
              message: `${source}: ${ignored.length} file${ignored.length === 1 ? '' : 's'} that can be no map left out (${ignored.slice(0, 3).join(', ')}${ignored.length > 3 ? ', …' : ''}).`,
            },
          ],
    close: async () => {},
  };
}

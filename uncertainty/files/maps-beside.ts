import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { folderSetting } from '../bayesdiff-names.js';
import { foldersIn, pathKind } from './list-files.js';

/** Where maps of a folder of images are, the first that exists: as `generate` writes them, as BayesDiff does, or its pictures of them. */
const NAMES = ['maps', 'maps.npz', 'var_tensors', 'z_var', 'variances'];

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Path of the uncertainty maps that stand beside the images of a path; null where there are none. */
export async function mapsBeside(images: string): Promise<string | null> {
  const folder = dirname(images);
  const found = await namesIn(folder);
  const name = NAMES.find((one) => found.includes(one));
  return name === undefined ? null : join(folder, name);
}

/** Path of the images that stand in a folder of maps, or beside it; null where there are none. */
export async function imagesBeside(maps: string): Promise<string | null> {
  for (const folder of [maps, dirname(maps)])
    if ((await namesIn(folder)).includes('images')) return join(folder, 'images');
  return null;
}

/**
 * The folders of maps that a path stands for: those of a sweep whose names state σ and λ, smallest first, or the `maps/` beside the
 * `images/` of a generated set; or else the path alone.
 */
export async function mapFolders(path: string): Promise<readonly string[]> {
  if ((await pathKind(path)) === 'file') return [path];
  const inner = await foldersIn(path);
  const settings = inner.flatMap((name) => {
    const setting = folderSetting(name);
    return setting === undefined
      ? []
      : [{ name, sigma: Number(setting.sigma), precision: Number(setting.precision) }];
  });
  if (settings.length > 0)
    return settings
      .sort((a, b) => a.sigma - b.sigma || a.precision - b.precision)
      .map(({ name }) => join(path, name));
  return [inner.includes('maps') && inner.includes('images') ? join(path, 'maps') : path];
}

/** Folders of the maps of x_t that stand beside a folder of maps of x_0, as `generate` and `sweep` write them, the latest t first. */
export async function mapsByTime(maps: string): Promise<readonly { time: number; path: string }[]> {
  const name = basename(maps);
  const [folder, start] =
    name === 'maps'
      ? [join(dirname(maps), 'maps-by-time'), 't']
      : [join(dirname(maps), 'by-time'), `${name}_t`];
  return (await namesIn(folder))
    .filter((one) => one.startsWith(start) && /^\d+$/.test(one.slice(start.length)))
    .map((one) => ({ time: Number(one.slice(start.length)), path: join(folder, one) }))
    .sort((a, b) => b.time - a.time);
}

import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where maps of a folder of images are, the first that exists: as `generate` writes them, as BayesDiff does, or its pictures of them. */
const NAMES = ['maps', 'maps.npz', 'var_tensors', 'z_var', 'variances'];

/** Path of the uncertainty maps that stand beside the images of a path; null where there are none. */
export async function mapsBeside(images: string): Promise<string | null> {
  const folder = dirname(images);
  const found = await readdir(folder).catch((): string[] => []);
  const name = NAMES.find((one) => found.includes(one));
  return name === undefined ? null : join(folder, name);
}

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { InputError } from '../errors.js';
import { externalFiles } from './external-files.js';

/**
 * Paths of the files beside a network that hold its weights, none of them opened: each must be a file in the network's own
 * folder, or below it. A network that names others could have any file of the machine read.
 *
 * @param path  of the `.onnx` file; what cannot be read has none, and opening the session says why
 * @throws InputError UNREADABLE_FILE naming a file that is missing, elsewhere (by `..`, an absolute path or a link) or none
 *
 * A link is followed where the network itself is one: the folder that it leads to counts as the network's own too.
 */
export async function externalWeights(path: string): Promise<readonly string[]> {
  const names = namesIn(path);
  if (names.length === 0) return [];
  const homes = [await realpath(dirname(path)), dirname(await realpath(path))];
  const paths: string[] = [];
  for (const name of names) {
    const parts = normalize(name).split(/[\\/]/);
    if (name === '' || isAbsolute(name) || /^[A-Za-z]:/.test(name) || parts.includes('..'))
      throw refused(path, name, 'a path that leads out of it');
    const weights = join(dirname(path), name);
    const real = await realpath(weights).catch(() => undefined);
    if (real === undefined) throw refused(path, name, 'no such file');
    if (!homes.some((home) => real.startsWith(home.endsWith(sep) ? home : home + sep)))
      throw refused(path, name, 'a link that leads out of it');
    if (!(await stat(real)).isFile()) throw refused(path, name, 'something that is no file');
    paths.push(weights);
  }
  return paths;
}

function namesIn(path: string): readonly string[] {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const opened = file;
    const found = fstatSync(opened);
    if (!found.isFile()) return [];
    const read = (start: number, length: number) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(opened, bytes, 0, length, start));
    };
    return externalFiles({ size: found.size, read }, path);
  } catch (error) {
    if (error instanceof InputError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function refused(path: string, name: string, received: string): InputError {
  const shown = JSON.stringify(name.slice(0, 200));
  return new InputError('UNREADABLE_FILE', {
    where: path,
    expected: `its weights must be in files of its own folder; it names ${shown}`,
    received,
    help: 'Put the network and its weights into one folder, as they were saved. Nothing of it was run.',
  });
}

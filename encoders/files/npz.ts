import { InputError } from '../../errors.js';
import { LONGEST_HEAD, type NpyHeader, npyHeader } from './npy.js';
import { type NpyArray, npyArray } from './npy-array.js';
import { npyTexts } from './npy-texts.js';
import { openZip, type ZipArchive, type ZipEntry } from './zip-archive.js';

/** A `.npz`: named arrays in a zip, none of them read before it is asked for. */
export interface Npz {
  /** the path as the caller typed it */
  readonly path: string;
  /** names of the arrays as numpy gives them, without `.npy`, in the order of the archive */
  readonly arrays: readonly string[];
  /** names of other files in the archive */
  readonly files: readonly string[];
  /** What the array's head says, without its data. */
  header(name: string): Promise<NpyHeader>;
  array(name: string): Promise<NpyArray>;
  /** An array of texts (numpy's `<U12` or `S12`) or integers, as texts. */
  texts(name: string): Promise<string[]>;
  /** Rows `start … start + count` of an uncompressed row-major float32 array, without the others. */
  float32Rows(name: string, start: number, count: number): Promise<Float32Array>;
  /** A file that is no array, as text. */
  text(name: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Opens a `.npz`, compressed or not.
 *
 * @throws InputError UNREADABLE_FILE if it is missing or no zip; on reading an array, as `npyArray` does
 */
export async function openNpz(path: string): Promise<Npz> {
  const zip = await openZip(path);
  const arrays = zip.entries.filter(({ name }) => name.endsWith('.npy'));

  function entry(name: string): ZipEntry {
    const found = zip.entries.find((candidate) => candidate.name === name);
    if (found !== undefined) return found;
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: `must hold ${name.replace(/\.npy$/, '')}`,
      received: zip.entries.map((candidate) => candidate.name).join(', ') || 'an empty archive',
    });
  }

  function where(name: string): string {
    return `${path}, array ${name}`;
  }

  async function header(name: string): Promise<NpyHeader> {
    return npyHeader(await start(zip, entry(`${name}.npy`), LONGEST_HEAD + 12), where(name));
  }

  return {
    path,
    arrays: arrays.map(({ name }) => name.slice(0, -'.npy'.length)),
    files: zip.entries.map(({ name }) => name).filter((name) => !name.endsWith('.npy')),
    header,
    array(name) {
      const found = entry(`${name}.npy`);
      return npyArray(zip.chunks(found), { size: found.size, where: where(name) });
    },
    async texts(name) {
      return npyTexts(await zip.read(entry(`${name}.npy`)), where(name));
    },
    async float32Rows(name, from, count) {
      const { shape, dataOffset } = await header(name);
      const rowBytes = shape.slice(1).reduce((product, side) => product * side, 4);
      const bytes = await zip.readRange(entry(`${name}.npy`), dataOffset + from * rowBytes, count * rowBytes);
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    },
    async text(name) {
      return new TextDecoder().decode(await zip.read(entry(name)));
    },
    close: () => zip.close(),
  };
}

/** Up to `length` bytes from the start of an entry. */
async function start(zip: ZipArchive, entry: ZipEntry, length: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of zip.chunks(entry)) {
    pieces.push(chunk);
    size += chunk.length;
    if (size >= length) break;
  }
  return Buffer.concat(pieces);
}

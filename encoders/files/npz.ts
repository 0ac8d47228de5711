import { InputError } from '../../errors.js';
import { idBatches } from './json-text.js';
import { LONGEST_HEAD, type NpyHeader, npyHeader } from './npy.js';
import { checkedSize, type NpyArray, npyArray } from './npy-array.js';
import { npyTexts } from './npy-texts.js';
import { ReadBudget } from './read-budget.js';
import { openZip, type ZipArchive } from './zip-archive.js';
import type { ZipEntry } from './zip-entry-reader.js';

/** Of numpy's `U` texts, most of whose bytes are zeros that a zip leaves out. */
const BYTES_PER_CHARACTER = 4;
const NAMES_SHOWN = 10;

/** An array that is read in parts along its first axis: from the file where it holds plain float32, else out of memory. */
export interface NpyParts {
  readonly shape: readonly number[];
  /** Entries `from … from + count` of the first axis, row-major. */
  read(from: number, count: number): Promise<NpyArray['data']>;
}

/** A 2-d array that is read in parts: from the file where it holds plain float32, else out of memory. */
export interface NpyRows {
  readonly n: number;
  readonly d: number;
  /** Rows `from … from + count`, row-major. */
  read(from: number, count: number): Promise<Float32Array | Float64Array>;
}

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
  /** An array of one axis or more, to be read some entries of its first axis at a time. */
  parts(name: string): Promise<NpyParts>;
  /** A 2-d array to be read some rows at a time. */
  rows(name: string): Promise<NpyRows>;
  /** `ids.json` some ids at a time, in bounded memory. */
  ids(): AsyncIterable<readonly string[]>;
  /** Numbers of an array in the order of the file, piece by piece in bounded memory where they are plain; their CRC-32 is checked at the end. */
  values(name: string): AsyncIterable<NpyArray['data']>;
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
  const byName = new Map<string, ZipEntry>();
  for (const found of zip.entries) if (!byName.has(found.name)) byName.set(found.name, found);

  function entry(name: string): ZipEntry {
    const found = byName.get(name);
    if (found !== undefined) return found;
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: `must hold ${name.replace(/\.npy$/, '')}`,
      received: zip.entries.length === 0 ? 'an empty archive' : namesOf(zip.entries),
    });
  }

  function where(name: string): string {
    return `${path}, array ${name}`;
  }

  async function header(name: string): Promise<NpyHeader> {
    return npyHeader(await start(zip, entry(`${name}.npy`), LONGEST_HEAD + 12), where(name));
  }

  function array(name: string): Promise<NpyArray> {
    const found = entry(`${name}.npy`);
    return npyArray(zip.chunks(found), { size: found.size, where: where(name) });
  }

  async function parts(name: string): Promise<NpyParts> {
    const found = entry(`${name}.npy`);
    const head = await header(name);
    const { shape, descr, fortranOrder, dataOffset } = head;
    checkedSize(head, found.size, where(name));
    const each = shape.slice(1).reduce((product, side) => product * side, 1);
    if (found.method === 'stored' && descr === '<f4' && !fortranOrder)
      return {
        shape,
        read: async (from, count) => {
          const bytes = await zip.readRange(found, dataOffset + from * 4 * each, count * 4 * each);
          return new Float32Array(bytes.buffer, bytes.byteOffset, count * each);
        },
      };
    const { data } = await array(name);
    return { shape, read: async (from, count) => data.subarray(from * each, (from + count) * each) };
  }

  async function* values(name: string): AsyncGenerator<NpyArray['data']> {
    const found = entry(`${name}.npy`);
    const head = await header(name);
    const { descr, fortranOrder, dataOffset, itemSize } = head;
    checkedSize(head, found.size, where(name));
    if ((descr !== '<f4' && descr !== '<f8') || fortranOrder) return yield (await array(name)).data;
    let toSkip = dataOffset;
    const Values = descr === '<f4' ? Float32Array : Float64Array;
    let rest = new Uint8Array(0); // of a number whose bytes are in two pieces
    for await (const chunk of zip.chunks(found)) {
      const fresh = chunk.subarray(Math.min(toSkip, chunk.length));
      toSkip -= chunk.length - fresh.length;
      if (fresh.length === 0) continue;
      let bytes: Uint8Array<ArrayBufferLike> = fresh;
      if (rest.length + (fresh.byteOffset % itemSize) + (fresh.length % itemSize) > 0) {
        bytes = new Uint8Array(rest.length + fresh.length);
        bytes.set(rest);
        bytes.set(fresh, rest.length);
      }
      const count = Math.floor(bytes.length / itemSize);
      rest = Uint8Array.from(bytes.subarray(count * itemSize));
      if (count > 0) yield new Values(bytes.buffer as ArrayBuffer, bytes.byteOffset, count);
    }
  }

  return {
    path,
    values,
    ids() {
      const found = entry('ids.json');
      new ReadBudget(`${path}, ids.json`, found.compressedSize).spend(found.size);
      return idBatches(zip.chunks(found), `${path}, ids.json`);
    },
    arrays: arrays.map(({ name }) => name.slice(0, -'.npy'.length)),
    files: zip.entries.map(({ name }) => name).filter((name) => !name.endsWith('.npy')),
    header,
    array,
    parts,
    async texts(name) {
      const found = entry(`${name}.npy`);
      const budget = new ReadBudget(where(name), found.compressedSize);
      budget.spend(found.size / BYTES_PER_CHARACTER);
      return npyTexts(await zip.read(found), { where: where(name), budget });
    },
    async rows(name) {
      const { shape } = await header(name);
      const [n, d] = shape;
      if (shape.length !== 2)
        throw new InputError('UNREADABLE_FILE', {
          where: where(name),
          expected: 'must be 2-d, one embedding a row',
          received: `shape (${shape.join(', ')})`,
        });
      return { n: n!, d: d!, read: (await parts(name)).read };
    },
    async text(name) {
      const found = entry(name);
      new ReadBudget(`${path}, ${name}`, found.compressedSize).spend(found.size);
      return new TextDecoder().decode(await zip.read(found));
    },
    close: () => zip.close(),
  };
}

function namesOf(entries: readonly ZipEntry[]): string {
  const shown = entries.slice(0, NAMES_SHOWN).map(({ name }) => name);
  return shown.join(', ') + (entries.length > NAMES_SHOWN ? ', …' : '');
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

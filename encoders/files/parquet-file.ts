import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import { decompress as zstdInflated } from 'fzstd';
import { InputError } from '../../errors.js';
import { aheadReader, openRangeFile, type RangeFile } from './range-file.js';
import { ReadBudget } from './read-budget.js';
import { snappyInflated } from './snappy.js';
import { ThriftEnded, ThriftError, type ThriftStruct, type ThriftValue, thriftStruct } from './thrift.js';

/** Of the metadata of a file with a million pages. */
const LARGEST_METADATA = 2 ** 25;
/** Statistics in the head of a page may repeat its smallest and largest value. */
const FIRST_HEAD = 2 ** 10;
const LARGEST_HEAD = 2 ** 24;
const STEPS_PER_ROW = 64;

const TYPES = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'];
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'];
const PLAIN = 0;
const DICTIONARIES = [2, 8];

/** A value of a column: bytes, a whole number, or none. */
export type ParquetValue = Uint8Array | bigint | null;

/** A column of values, not of lists. */
export interface ParquetColumn {
  /** names from the outermost struct to the column */
  readonly path: readonly string[];
  readonly type: string;
  /** how many of the names may be missing: levels of definition */
  readonly optionalLevels: number;
  readonly isText: boolean;
}

/** A parquet file, of which nothing but its metadata is read before it is asked for. */
export interface ParquetFile {
  readonly path: string;
  readonly rows: number;
  /** columns that hold one value a row; lists are left out */
  readonly columns: readonly ParquetColumn[];
  /** A column to be read by row; the pages of it are looked up. */
  column(column: ParquetColumn): Promise<ParquetRows>;
  close(): Promise<void>;
}

/** A column by row; the page that was read last is kept. */
export interface ParquetRows {
  value(row: number): Promise<ParquetValue>;
}

interface Page {
  readonly firstRow: number;
  readonly rows: number;
  readonly offset: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly head: ThriftStruct;
  readonly codec: string;
  /** the page that values of this one point into; null where there is none */
  readonly dictionary: Page | null;
}

interface Chunk {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly codec: string;
}

interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

/**
 * Opens a parquet file for reading columns by row: flat columns and fields of structs, plain or by dictionary, plain or compressed by
 * Snappy, gzip, zstd or Brotli.
 *
 * By hand, since hyparquet 1.33 takes counts in a page at their word (a run of 2³⁰ values is written past the end of its page), and
 * reads a column of a whole row group at once: for one image of 600 in a group of 60 MB it reads 60 MB, here 1 MB is read. Memory is that
 * of one page and its dictionary, and whatever is larger than its bytes explain is refused.
 *
 * @throws InputError UNREADABLE_FILE if it is none, is cut off or encrypted, or its metadata do not fit together; on reading, if a page is
 *   damaged, or of an encoding that is not read
 *
 * Source: Apache Parquet format 2.11, parquet.thrift, Encodings.md. Agrees with: pyarrow, test/reference/image-sources.json.
 */
export async function openParquet(path: string): Promise<ParquetFile> {
  const file = await openRangeFile(path);
  try {
    return await parquetFile(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function refused(path: string, expected: string, help = 'Write or download the file again.'): InputError {
  return new InputError('UNREADABLE_FILE', { where: path, expected, help });
}

async function parquetFile(file: RangeFile): Promise<ParquetFile> {
  const { path, size } = file;
  if (size < 12) throw refused(path, 'not a parquet file');
  const tail = await file.read(size - 8, 8);
  const mark = new TextDecoder('latin1').decode(tail.subarray(4));
  if (mark === 'PARE') throw refused(path, 'is encrypted', 'Decrypt it first.');
  if (mark !== 'PAR1')
    throw refused(path, 'not a parquet file, or one that is cut off (it must end in PAR1)');
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > Math.min(size - 12, LARGEST_METADATA))
    throw refused(path, `its metadata cannot have ${length} bytes`);
  const metadata = structOf(path, await file.read(size - 8 - length, length));
  const groups = list(metadata.get(4)).map((group) => rowGroup(path, group, size));
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  if (rows !== metadata.get(3)) throw refused(path, 'its row groups must hold all its rows');
  new ReadBudget(path, size).spend(STEPS_PER_ROW * rows);
  return {
    path,
    rows,
    columns: columnsOf(path, list(metadata.get(2))),
    async column(column) {
      const pages: Page[] = [];
      let firstRow = 0;
      for (const group of groups) {
        const chunk = group.chunks.find(({ name }) => name === column.path.join('.'));
        if (chunk === undefined)
          throw refused(path, `must have the column ${column.path.join('.')} in every row group`);
        pages.push(...(await pagesOf(file, chunk, { firstRow, rows: group.rows })));
        firstRow += group.rows;
      }
      return rowsOf(file, pages, column);
    },
    close: () => file.close(),
  };
}

function structOf(path: string, bytes: Uint8Array): ThriftStruct {
  try {
    return thriftStruct(bytes).value;
  } catch (error) {
    if (error instanceof ThriftError) throw refused(path, `its metadata ${error.message}`);
    throw error;
  }
}

function list(value: ThriftValue | undefined): readonly ThriftValue[] {
  return Array.isArray(value) ? value : [];
}

function struct(value: ThriftValue | undefined): ThriftStruct {
  return value instanceof Map ? value : new Map();
}

function text(value: ThriftValue | undefined): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function rowGroup(path: string, value: ThriftValue, size: number): RowGroup {
  const group = struct(value);
  const rows = group.get(3);
  if (!isCount(rows)) throw refused(path, 'a row group must say how many rows it has');
  const chunks = list(group.get(1)).flatMap((column): Chunk[] => {
    const data = struct(struct(column).get(3));
    if (text(struct(column).get(1)) !== '') throw refused(path, 'must hold its columns itself');
    const dictionary = data.get(11);
    const first = data.get(9);
    const length = data.get(7);
    const start =
      isCount(dictionary) && dictionary > 0 && isCount(first) ? Math.min(dictionary, first) : first;
    if (!isCount(start) || !isCount(length)) return [];
    if (start + length > size)
      throw refused(path, `is cut off: a column ends at byte ${start + length} of ${size}`);
    const name = list(data.get(3)).map(text).join('.');
    return [{ name, start, end: start + length, codec: CODECS[Number(data.get(4))] ?? 'unknown' }];
  });
  return { rows, chunks };
}

/** Leaves of the schema that hold one value a row. */
function columnsOf(path: string, schema: readonly ThriftValue[]): readonly ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  let next = 1;
  function visit(names: readonly string[], optionalLevels: number, kind: 'values' | 'lists'): void {
    const element = struct(schema[next++]);
    const own = [...names, text(element.get(4))];
    const levels = optionalLevels + (element.get(3) === 1 ? 1 : 0);
    const inner = element.get(3) === 2 ? 'lists' : kind;
    const children = element.get(5);
    if (own.length > 32) throw refused(path, 'its schema is nested too deep');
    if (isCount(children) && children > 0) {
      for (let i = 0; i < children && next < schema.length; i++) visit(own, levels, inner);
      return;
    }
    if (inner === 'lists') return;
    const isText = element.get(6) === 0 || struct(element.get(10)).has(1);
    columns.push({
      path: own,
      type: TYPES[Number(element.get(1))] ?? 'unknown',
      optionalLevels: levels,
      isText,
    });
  }
  while (next < schema.length) visit([], 0, 'values');
  return columns;
}

/** The pages of a column in a row group: their heads alone are read. */
async function pagesOf(
  file: RangeFile,
  { start, end, codec, name }: Chunk,
  { firstRow, rows }: { readonly firstRow: number; readonly rows: number },
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let dictionary: Page | null = null;
  let row = 0;
  const bytesAt = aheadReader(file);
  for (let at = start; row < rows; ) {
    const { head, length } = await pageHead(bytesAt, { path: file.path, at, end });
    const [type, size, compressedSize] = [head.get(1), head.get(2), head.get(3)];
    const offset = at + length;
    if (!isCount(size) || !isCount(compressedSize) || offset + compressedSize > end)
      throw refused(file.path, `a page of ${name} must end within its column`);
    const counts = struct(head.get(type === 0 ? 5 : type === 2 ? 7 : 8)).get(1);
    const page: Page = {
      firstRow: firstRow + row,
      rows: Number(counts),
      offset,
      compressedSize,
      size,
      head,
      codec,
      dictionary,
    };
    at = offset + compressedSize;
    if (type === 2 && dictionary === null) {
      dictionary = page;
      continue;
    }
    if (type !== 0 && type !== 3)
      throw refused(file.path, `a page of ${name} is of the unexpected kind ${String(type)}`);
    if (!isCount(counts) || counts === 0 || row + counts > rows)
      throw refused(file.path, `the pages of ${name} must hold its rows`);
    row += counts;
    pages.push(page);
  }
  return pages;
}

async function pageHead(
  bytesAt: (start: number, length: number) => Promise<Uint8Array>,
  { path, at, end }: { readonly path: string; readonly at: number; readonly end: number },
): Promise<{ readonly head: ThriftStruct; readonly length: number }> {
  for (let size = FIRST_HEAD; ; size *= 16) {
    const bytes = new Uint8Array(await bytesAt(at, Math.max(0, Math.min(size, end - at))));
    try {
      const { value, end: length } = thriftStruct(bytes);
      return { head: value, length };
    } catch (error) {
      if (error instanceof ThriftEnded && bytes.length === size && size < LARGEST_HEAD) continue;
      if (error instanceof ThriftError) throw refused(path, `the page at byte ${at} ${error.message}`);
      throw error;
    }
  }
}

function rowsOf(file: RangeFile, pages: readonly Page[], column: ParquetColumn): ParquetRows {
  const kept = new Map<Page, Promise<readonly ParquetValue[]>>();
  const dictionaries = new Map<Page, Promise<readonly ParquetValue[]>>();

  /** Read once while it is the last one asked for, or the one before. */
  function once(
    cache: Map<Page, Promise<readonly ParquetValue[]>>,
    page: Page,
    read: () => Promise<readonly ParquetValue[]>,
  ): Promise<readonly ParquetValue[]> {
    const values = cache.get(page) ?? read();
    cache.delete(page);
    cache.set(page, values);
    if (cache.size > 2) cache.delete(cache.keys().next().value!);
    return values;
  }

  return {
    async value(row) {
      let [low, high] = [0, pages.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (pages[middle]!.firstRow <= row) low = middle;
        else high = middle;
      }
      const page = pages[low]!;
      const values = await once(kept, page, async () => {
        const { dictionary } = page;
        const entries =
          dictionary === null
            ? null
            : await once(dictionaries, dictionary, async () =>
                plainValues(await pageBytes(file, dictionary), dictionary.rows, column.type, file.path),
              );
        return pageValues(file, page, { column, entries });
      });
      return values[row - page.firstRow]!;
    },
  };
}

async function pageBytes(file: RangeFile, page: Page): Promise<Uint8Array> {
  const bytes = await file.read(page.offset, page.compressedSize);
  return inflated(bytes, page.size, { codec: page.codec, path: file.path });
}

async function inflated(
  bytes: Uint8Array,
  size: number,
  { codec, path }: { readonly codec: string; readonly path: string },
): Promise<Uint8Array> {
  if (codec === 'UNCOMPRESSED') return bytes;
  new ReadBudget(path, bytes.length).spend(size);
  const maxOutputLength = Math.max(size, 1);
  try {
    const out =
      codec === 'SNAPPY'
        ? snappyInflated(bytes, size)
        : codec === 'GZIP'
          ? await promisify(gunzip)(bytes, { maxOutputLength })
          : codec === 'BROTLI'
            ? await promisify(brotliDecompress)(bytes, { maxOutputLength })
            : codec === 'ZSTD'
              ? zstdInflated(bytes, new Uint8Array(size))
              : undefined;
    if (out === undefined)
      throw refused(
        path,
        `is compressed by ${codec}, which is not read`,
        'Write it with Snappy, zstd, gzip or none.',
      );
    if (out?.length === size) return out;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw refused(path, `a page cannot be inflated (${(error as Error).message})`);
  }
  throw refused(path, 'a page is damaged');
}

async function pageValues(
  file: RangeFile,
  page: Page,
  { column, entries }: { readonly column: ParquetColumn; readonly entries: readonly ParquetValue[] | null },
): Promise<readonly ParquetValue[]> {
  const { path } = file;
  const { optionalLevels, type } = column;
  const version2 = page.head.get(1) === 3 ? struct(page.head.get(8)) : null;
  const encoding = version2 === null ? struct(page.head.get(5)).get(2) : version2.get(4);
  const width = 32 - Math.clz32(optionalLevels);
  let bytes: Uint8Array;
  let levels: Uint32Array | null = null;
  if (version2 === null) {
    bytes = await pageBytes(file, page);
    if (optionalLevels > 0) {
      const length = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      levels = hybridNumbers(bytes.subarray(4, 4 + length), page.rows, width, path);
      bytes = bytes.subarray(4 + length);
    }
  } else {
    const raw = await file.read(page.offset, page.compressedSize);
    const [own, repeated] = [version2.get(5), version2.get(6)];
    if (!isCount(own) || repeated !== 0 || own > raw.length) throw refused(path, 'a page has damaged levels');
    if (optionalLevels > 0) levels = hybridNumbers(raw.subarray(0, own), page.rows, width, path);
    const isCompressed = version2.get(7) !== false && page.size > own;
    const codec = isCompressed ? page.codec : 'UNCOMPRESSED';
    bytes = await inflated(raw.subarray(own), page.size - own, { codec, path });
  }
  const defined =
    levels === null
      ? page.rows
      : levels.reduce((count, level) => count + (level === optionalLevels ? 1 : 0), 0);
  const values = definedValues(bytes, defined, { encoding, type, entries, path });
  if (levels === null) return values;
  let next = 0;
  return Array.from(levels, (level) => (level === optionalLevels ? values[next++]! : null));
}

function definedValues(
  bytes: Uint8Array,
  count: number,
  {
    encoding,
    type,
    entries,
    path,
  }: {
    readonly encoding: ThriftValue | undefined;
    readonly type: string;
    readonly entries: readonly ParquetValue[] | null;
    readonly path: string;
  },
): readonly ParquetValue[] {
  if (encoding === PLAIN) return plainValues(bytes, count, type, path);
  if (!DICTIONARIES.includes(Number(encoding)) || entries === null)
    throw refused(
      path,
      `has a page of encoding ${String(encoding)}, which is not read`,
      'Write the column plain or by dictionary.',
    );
  if (count === 0) return [];
  const width = bytes[0] ?? 0;
  if (width > 32) throw refused(path, 'a page is damaged');
  return Array.from(hybridNumbers(bytes.subarray(1), count, width, path), (index) => {
    const value = entries[index];
    if (value === undefined) throw refused(path, 'a page is damaged');
    return value;
  });
}

function plainValues(bytes: Uint8Array, count: number, type: string, path: string): readonly ParquetValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const least = type === 'INT64' ? 8 : 4;
  if (count * least > bytes.length) throw refused(path, 'a page is damaged');
  let at = 0;
  return Array.from({ length: count }, () => {
    if (type === 'INT32') return BigInt(view.getInt32((at += 4) - 4, true));
    if (type === 'INT64') return view.getBigInt64((at += 8) - 8, true);
    const length = at + 4 > bytes.length ? Number.NaN : view.getUint32(at, true);
    if (!(at + 4 + length <= bytes.length)) throw refused(path, 'a page is damaged');
    at += 4 + length;
    return bytes.subarray(at - length, at);
  });
}

/** Numbers in runs of one value and in groups of eight packed to bits. */
function hybridNumbers(bytes: Uint8Array, count: number, width: number, path: string): Uint32Array {
  const numbers = new Uint32Array(count);
  const bytesEach = Math.ceil(width / 8);
  let at = 0;
  for (let filled = 0; filled < count; ) {
    let head = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) throw refused(path, 'a page is damaged');
      head += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const length = Math.floor(head / 2);
    if (length === 0) throw refused(path, 'a page is damaged');
    if (head % 2 === 0) {
      let value = 0;
      for (let i = bytesEach - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
      at += bytesEach;
      numbers.fill(value, filled, Math.min(count, filled + length));
      filled += length;
      continue;
    }
    for (let i = 0, bit = 0; i < 8 * length && filled < count; i++, bit += width) {
      let value = 0;
      for (let j = 0; j < width; j++)
        value += (((bytes[at + ((bit + j) >> 3)] ?? 0) >> ((bit + j) & 7)) & 1) * 2 ** j;
      numbers[filled++] = value;
    }
    at += length * width;
  }
  return numbers;
}

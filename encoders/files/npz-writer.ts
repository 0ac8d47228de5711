import { ShapeError } from '../../errors.js';
import { HEAD_LENGTH, npyHeadBytes, type WrittenType } from './npy-bytes.js';
import { openSpillFile, type SpillFile } from './spill-file.js';
import type { WholeFileOptions } from './whole-file.js';
import { openZipWriter, type ZipEntryWriter, type ZipWriter } from './zip-writer.js';

/** A float32 array that grows by rows. */
export interface RowsDeclaration {
  readonly name: string;
  readonly columns: number;
}

/** A `.npz` written in memory that does not grow with its rows. */
export interface NpzWriter {
  /** The same number of rows to every array declared, and the ids of these rows, which become `ids.json`. */
  append(rows: Readonly<Record<string, Float32Array>>, ids?: readonly string[]): Promise<void>;
  /** A whole array, after the last rows. */
  array(
    name: string,
    array: { readonly shape: readonly number[]; readonly data: WrittenData },
  ): Promise<void>;
  /** A file that is no array, after the last rows. */
  file(name: string, bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  abandon(): Promise<void>;
}

export type WrittenData = Float32Array | Float64Array | BigInt64Array;

/**
 * Opens a `.npz` for writing, whole or not at all. A zip grows at one end, so the first array goes straight into it
 * and the rows of the others wait in files beside it.
 *
 * @param rows  arrays that grow by {@link NpzWriter.append}; may be none
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE and InterruptedError as `openWholeFile`
 * @throws ShapeError SHAPE_MISMATCH on `append`, if the arrays get different numbers of rows
 */
export async function openNpzWriter(
  path: string,
  rows: readonly RowsDeclaration[],
  options: WholeFileOptions = {},
): Promise<NpzWriter> {
  const zip = await openZipWriter(path, options);
  const [first, ...others] = rows;
  const spills = new Map<RowsDeclaration, SpillFile>();
  let entry: ZipEntryWriter | undefined;
  let ids: SpillFile | undefined;
  let n = 0;

  async function abandon(): Promise<void> {
    await Promise.all([...spills.values(), ids].map((spill) => spill?.remove()));
    spills.clear();
    ids = undefined;
    await zip.abandon();
  }

  /** Runs a step; if it fails nothing is left behind. */
  async function step<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      await abandon();
      throw error;
    }
  }

  /** The growing arrays are over: the heads get their number of rows, and waiting rows their place. */
  async function endRows(): Promise<void> {
    if (first === undefined || entry === undefined) return;
    await entry.end(npyHeadBytes('<f4', [n, first.columns]));
    entry = undefined;
    for (const [{ name, columns }, spill] of spills)
      await late(`${name}.npy`, spill, npyHeadBytes('<f4', [n, columns]));
    spills.clear();
    if (ids === undefined) return;
    await ids.append(Buffer.from(']'));
    await late('ids.json', ids, Buffer.from('['));
    ids = undefined;
  }

  /** What waited beside the archive gets its place in it. */
  async function late(name: string, spill: SpillFile, head: Uint8Array): Promise<void> {
    const place = await zip.begin(name, head.length);
    for await (const chunk of spill.chunks()) await place.append(chunk);
    await place.end(head);
    await spill.remove();
  }

  await step(async () => {
    if (first === undefined) return;
    entry = await zip.begin(`${first.name}.npy`, HEAD_LENGTH);
    for (const declaration of others) spills.set(declaration, await openSpillFile(path));
  });

  return {
    append: (values, named) =>
      step(async () => {
        const counts = rows.map(({ name, columns }) => (values[name]?.length ?? 0) / columns);
        if (counts.some((count) => count !== counts[0]) || !Number.isInteger(counts[0]))
          throw new ShapeError('SHAPE_MISMATCH', {
            where: path,
            expected: 'all arrays must get the same number of rows',
            received: rows.map(({ name }, i) => `${name} ${counts[i]}`).join(', '),
          });
        n += counts[0]!;
        await entry!.append(bytesOf(values[first!.name]!));
        for (const [{ name }, spill] of spills) await spill.append(bytesOf(values[name]!));
        if (named === undefined || named.length === 0) return;
        const comma = ids === undefined ? '' : ',';
        ids ??= await openSpillFile(path);
        await ids.append(Buffer.from(comma + JSON.stringify(named).slice(1, -1)));
      }),
    array: (name, { shape, data }) =>
      step(async () => {
        await endRows();
        await addArray(zip, name, { shape, data });
      }),
    file: (name, bytes) =>
      step(async () => {
        await endRows();
        await zip.add(name, bytes);
      }),
    commit: () =>
      step(async () => {
        await endRows();
        await zip.commit();
      }),
    abandon,
  };
}

/** A whole array to a zip that is being written. */
export async function addArray(
  zip: ZipWriter,
  name: string,
  { shape, data }: { readonly shape: readonly number[]; readonly data: WrittenData },
): Promise<void> {
  const entry = await zip.begin(`${name}.npy`, HEAD_LENGTH);
  await entry.append(bytesOf(data));
  await entry.end(npyHeadBytes(writtenType(data), shape));
}

function bytesOf(data: WrittenData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function writtenType(data: WrittenData): WrittenType {
  if (data instanceof Float32Array) return '<f4';
  return data instanceof Float64Array ? '<f8' : '<i8';
}

import { InputError, ProvenanceError, ShapeError } from '../errors.js';
import { byCodePoint } from './embedded-set.js';
import { type NpyRows, type Npz, openNpz } from './files/npz.js';
import { type NpzWriter, openNpzWriter } from './files/npz-writer.js';
import type { WholeFileOptions } from './files/whole-file.js';
import { type Incomplete, inOrder, type MergedPart, mergedFacts } from './merged-facts.js';
import { type Provenance, parsedProvenance, provenanceBytes } from './provenance.js';

interface Part extends MergedPart {
  readonly npz: Npz;
  readonly facts: Provenance;
  readonly embeddings: NpyRows;
  readonly logits: NpyRows | null;
}

/** Rows in memory at once: 8 MiB of 2,048-dimensional embeddings. */
const ROWS_AT_ONCE = 1024;

/**
 * Merges files that `writeEmbeddedSet` wrote to one, in code-point order of the ids, as if all images had been encoded at
 * once, whatever the order of the files. Memory does not grow with n.
 *
 * Parts of a divided set make the whole set again. While some are missing they are merged on request alone, and the result says which
 * parts it holds, and can be merged further.
 *
 * @param incomplete  what becomes of a set of which parts are missing; default `refused`
 * @returns what was written of where the numbers come from
 * @throws InputError UNREADABLE_FILE if a file is missing, damaged, lacks ids or provenance, or holds ids in another order
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if two files are of unlike encoder, preprocessing, decoding or version, or one is
 *   a part of a divided set and the other is not a part of the same
 * @throws InputError DUPLICATE_IDS if an id comes twice, naming both files; DUPLICATE_CONTENT, INCOMPLETE_SET as `mergedFacts`
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE and InterruptedError as `openWholeFile`
 */
export async function mergeEmbeddedSets(
  path: string,
  paths: readonly string[],
  { incomplete = 'refused', ...options }: WholeFileOptions & { readonly incomplete?: Incomplete } = {},
): Promise<Provenance> {
  const opened: Npz[] = [];
  try {
    const parts: Part[] = [];
    for (const source of paths) {
      const npz = await openNpz(source);
      opened.push(npz);
      parts.push(await partOf(npz));
    }
    for (const part of parts.slice(1)) requireAlike(parts[0]!, part);
    const facts = mergedFacts(parts, incomplete);
    const provenance: Provenance = { ...inOrder(parts)[0]!.facts, ...facts, shards: facts.shards ?? null };
    await writeParts(path, parts, provenance, options);
    return provenance;
  } finally {
    for (const npz of opened) await npz.close();
  }
}

async function partOf(npz: Npz): Promise<Part> {
  const { path, files, arrays } = npz;
  if (!files.includes('provenance.json') || !files.includes('ids.json'))
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'must say of which encoder and images its embeddings are (provenance.json and ids.json)',
      help: 'Merge files that steadfid encode wrote.',
    });
  const facts = await parsedProvenance(await npz.text('provenance.json'), path);
  const embeddings = await npz.rows('embeddings');
  const logits = arrays.includes('logits') ? await npz.rows('logits') : null;
  return { path, npz, facts, content: `images ${facts.digest ?? path}`, embeddings, logits };
}

function requireAlike(first: Part, other: Part): void {
  const alike = ({ facts: { encoder, decoding, version }, embeddings, logits }: Part) => ({
    encoder: encoder.id,
    'SHA-256': encoder.sha256,
    preprocessing: encoder.preprocessing,
    decoding,
    version,
    dimensions: embeddings.d,
    classes: logits?.d ?? 0,
  });
  const theirs: Readonly<Record<string, unknown>> = alike(other);
  for (const [what, ours] of Object.entries(alike(first)))
    if (ours !== theirs[what])
      throw new ProvenanceError('UNLIKE_EMBEDDINGS', {
        where: other.path,
        expected: `${what} must be as in ${first.path}, ${ours ?? 'none'}`,
        received: `${theirs[what] ?? 'none'}`,
        help: 'Encode both in the same way.',
      });
}

/** Where the reading of a part's ids stands. */
interface Cursor {
  readonly part: Part;
  readonly batches: AsyncIterator<readonly string[]>;
  ids: readonly string[];
  /** in `ids`, and in the whole part */
  at: number;
  row: number;
}

/** The next id; undefined at the end. */
function head({ ids, at }: Cursor): string | undefined {
  return ids[at];
}

/** Past `count` ids, of those that were read. */
async function advance(cursor: Cursor, count: number): Promise<void> {
  const { part, ids, batches } = cursor;
  const last = ids[cursor.at + count - 1];
  cursor.at += count;
  cursor.row += count;
  while (cursor.at === cursor.ids.length) {
    const { value, done } = await batches.next();
    cursor.ids = done === true ? [] : value;
    cursor.at = 0;
    if (done === true) break;
  }
  const next = head(cursor);
  for (const [name, rows] of [
    ['embeddings', part.embeddings],
    ['logits', part.logits],
  ] as const)
    if (rows !== null && (next === undefined ? rows.n !== cursor.row : rows.n === cursor.row))
      throw new ShapeError('SHAPE_MISMATCH', {
        where: `${part.path}, array ${name}`,
        expected: 'must have a row for each id',
        received: `${rows.n} for ${next === undefined ? '' : 'more than '}${cursor.row} ids`,
      });
  if (last !== undefined && next !== undefined) requireAscending(part.path, last, next);
}

function requireAscending(path: string, first: string, next: string): void {
  const order = byCodePoint(first, next);
  if (order < 0) return;
  if (order === 0) throw duplicate(next, path, path);
  throw new InputError('UNREADABLE_FILE', {
    where: `${path}, ids.json`,
    expected: 'ids must be in code-point order',
    received: `${next} after ${first}`,
    help: 'Merge files that steadfid encode wrote.',
  });
}

function duplicate(id: string, path: string, before: string): InputError {
  return new InputError('DUPLICATE_IDS', {
    where: path,
    expected: `every id must come once in all files together; ${before} has it too`,
    received: id,
    help: 'Leave one of the two files out, or encode each image into one of them.',
    id,
  });
}

/** How many ids of a cursor come before those of every other, up to as many as are in memory. */
function runLength({ part, ids, at }: Cursor, limit: string | undefined): number {
  let end = at + 1;
  for (; end < ids.length && end - at < ROWS_AT_ONCE; end++) {
    requireAscending(part.path, ids[end - 1]!, ids[end]!);
    if (limit !== undefined && byCodePoint(ids[end]!, limit) >= 0) break;
  }
  return end - at;
}

async function writeParts(
  path: string,
  parts: readonly Part[],
  provenance: Provenance,
  options: WholeFileOptions,
): Promise<void> {
  const { embeddings, logits } = parts[0]!;
  const arrays = [{ name: 'embeddings', columns: embeddings.d }];
  if (logits !== null) arrays.push({ name: 'logits', columns: logits.d });
  const npz = await openNpzWriter(path, arrays, options);
  try {
    await appendInOrder(npz, parts);
    await npz.file('provenance.json', provenanceBytes(provenance));
    await npz.commit();
  } finally {
    await npz.abandon();
  }
}

/** Rows of all parts in the order of their ids. */
async function appendInOrder(npz: NpzWriter, parts: readonly Part[]): Promise<void> {
  const cursors: Cursor[] = parts.map((part) => ({
    part,
    batches: part.npz.ids()[Symbol.asyncIterator](),
    ids: [],
    at: 0,
    row: 0,
  }));
  for (const cursor of cursors) await advance(cursor, 0);
  for (;;) {
    const open = cursors.filter((cursor) => head(cursor) !== undefined);
    if (open.length === 0) return;
    const [first, second] = open.sort((a, b) => byCodePoint(head(a)!, head(b)!)) as [Cursor, Cursor?];
    if (second !== undefined && head(first) === head(second))
      throw duplicate(head(first)!, second.part.path, first.part.path);
    const { part, row, ids, at } = first;
    const count = runLength(first, second === undefined ? undefined : head(second));
    const rows: Record<string, Float32Array> = {
      embeddings: Float32Array.from(await part.embeddings.read(row, count)),
    };
    if (part.logits !== null) rows['logits'] = Float32Array.from(await part.logits.read(row, count));
    await npz.append(rows, ids.slice(at, at + count));
    await advance(first, count);
  }
}

import { InputError, ProvenanceError, ShapeError } from '../errors.js';
import { byCodePoint } from './embedded-set.js';
import { parsedIds } from './files/json-text.js';
import { type NpyRows, type Npz, openNpz } from './files/npz.js';
import { openNpzWriter } from './files/npz-writer.js';
import type { WholeFileOptions } from './files/whole-file.js';
import { mergedSizes } from './image-sizes.js';
import { type Provenance, parsedProvenance, provenanceBytes, type ShardSet } from './provenance.js';
import { SetDigest } from './set-digest.js';

interface Part {
  readonly npz: Npz;
  readonly provenance: Provenance;
  readonly ids: readonly string[];
  readonly embeddings: NpyRows;
  readonly logits: NpyRows | null;
}

/** Rows of one part that follow each other in the whole. */
interface Run {
  readonly part: Part;
  readonly from: number;
  readonly count: number;
}

/** Rows in memory at once: 8 MiB of 2,048-dimensional embeddings. */
const ROWS_AT_ONCE = 1024;

/**
 * Merges files that `writeEmbeddedSet` wrote to one, in code-point order of the ids, as if all images had been encoded at
 * once. Memory does not grow with n, but for the ids.
 *
 * Parts of a divided set make the whole set again; while some are missing, the result says which parts it holds, and can
 * be merged further.
 *
 * @returns what was written of where the numbers come from
 * @throws InputError UNREADABLE_FILE if a file is missing, damaged, or lacks ids or provenance
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if two files are of unlike encoder, preprocessing, decoding or version, or one is
 *   a part of a divided set and the other is not a part of the same
 * @throws InputError DUPLICATE_IDS if an id comes twice, naming both files
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE and InterruptedError as `openWholeFile`
 */
export async function mergeEmbeddedSets(
  path: string,
  paths: readonly string[],
  options: WholeFileOptions = {},
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
    const provenance = mergedProvenance(parts);
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
  const ids = parsedIds(await npz.text('ids.json'), `${path}, ids.json`);
  const part = {
    npz,
    ids,
    provenance: await parsedProvenance(await npz.text('provenance.json'), path),
    embeddings: await npz.rows('embeddings'),
    logits: arrays.includes('logits') ? await npz.rows('logits') : null,
  };
  for (const [name, rows] of Object.entries({ embeddings: part.embeddings, logits: part.logits }))
    if (rows !== null && rows.n !== ids.length)
      throw new ShapeError('SHAPE_MISMATCH', {
        where: `${path}, array ${name}`,
        expected: `must have a row for each of ${ids.length} ids`,
        received: `${rows.n}`,
      });
  return part;
}

function requireAlike(first: Part, other: Part): void {
  const facts = ({ provenance, embeddings, logits }: Part): Readonly<Record<string, unknown>> => ({
    encoder: provenance.encoder.id,
    'SHA-256': provenance.encoder.sha256,
    preprocessing: provenance.encoder.preprocessing,
    decoding: provenance.decoding,
    version: provenance.version,
    dimensions: embeddings.d,
    classes: logits?.d ?? 0,
    'number of parts': provenance.shards?.count ?? null,
    'source of parts': provenance.shards === null ? null : provenance.source,
  });
  const theirs = facts(other);
  for (const [what, ours] of Object.entries(facts(first)))
    if (ours !== theirs[what])
      throw new ProvenanceError('UNLIKE_EMBEDDINGS', {
        where: other.npz.path,
        expected: `${what} must be as in ${first.npz.path}, ${ours ?? 'none'}`,
        received: `${theirs[what] ?? 'none'}`,
        help: 'Encode both in the same way.',
      });
}

function mergedProvenance(parts: readonly Part[]): Provenance {
  const all = parts.map(({ provenance }) => provenance);
  const digest = new SetDigest();
  for (const one of all) if (one.digest !== null) digest.join(one.digest);
  const warnings = new Map(all.flatMap((one) => one.warnings.map((warning) => [warning.message, warning])));
  return {
    ...all[0]!,
    source: [...new Set(all.map(({ source }) => source))].join(' + '),
    n: all.reduce((sum, { n }) => sum + n, 0),
    digest: all.some((one) => one.digest === null) ? null : digest.hex,
    skipped: all.flatMap(({ skipped }) => skipped).sort((a, b) => byCodePoint(a.id, b.id)),
    warnings: [...warnings.values()],
    imageSizes: mergedSizes(all.map(({ imageSizes }) => imageSizes)),
    shards: mergedShards(all),
  };
}

/** Null when nothing is missing any more. */
function mergedShards(all: readonly Provenance[]): ShardSet | null {
  const [{ shards }] = all as [Provenance];
  if (shards === null) return null;
  const indices = [...new Set(all.flatMap((one) => one.shards?.indices ?? []))].sort((a, b) => a - b);
  return indices.length === shards.count ? null : { count: shards.count, indices };
}

/** Stretches of parts in the order of the ids in all of them. */
function runsInOrder(parts: readonly Part[]): readonly Run[] {
  const order = parts.flatMap((part) => part.ids.map((id, row) => ({ part, id, row })));
  order.sort((a, b) => byCodePoint(a.id, b.id));
  const runs: { part: Part; from: number; count: number }[] = [];
  order.forEach(({ part, id, row }, i) => {
    const before = order[i - 1];
    if (before?.id === id)
      throw new InputError('DUPLICATE_IDS', {
        where: part.npz.path,
        expected: `every id must come once in all files together; ${before.part.npz.path} has it too`,
        received: id,
        help: 'Leave one of the two files out, or encode each image into one of them.',
        id,
      });
    const run = runs.at(-1);
    if (run?.part === part && run.from + run.count === row && run.count < ROWS_AT_ONCE) run.count++;
    else runs.push({ part, from: row, count: 1 });
  });
  return runs;
}

async function writeParts(
  path: string,
  parts: readonly Part[],
  provenance: Provenance,
  options: WholeFileOptions,
): Promise<void> {
  const { embeddings, logits } = parts[0]!;
  const runs = runsInOrder(parts);
  const arrays = [{ name: 'embeddings', columns: embeddings.d }];
  if (logits !== null) arrays.push({ name: 'logits', columns: logits.d });
  const npz = await openNpzWriter(path, arrays, options);
  try {
    for (const { part, from, count } of runs) {
      const rows: Record<string, Float32Array> = {
        embeddings: Float32Array.from(await part.embeddings.read(from, count)),
      };
      if (part.logits !== null) rows['logits'] = Float32Array.from(await part.logits.read(from, count));
      await npz.append(rows);
    }
    const ids = parts.flatMap((part) => part.ids).sort(byCodePoint);
    await npz.file('ids.json', new TextEncoder().encode(JSON.stringify(ids)));
    await npz.file('provenance.json', provenanceBytes(provenance));
    await npz.commit();
  } finally {
    await npz.abandon();
  }
}

import { statSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { InputError } from '../../../errors.js';
import { type Npz, openNpz } from '../../files/npz.js';
import { readTextFile } from '../../files/regular-file.js';
import { isTemporaryName } from '../../files/temporary-files.js';
import { makeFolder } from '../../files/unwritable-file.js';
import { writeWhole } from '../../files/write-whole.js';
import { listFolder, openImageSet } from '../../images/open-image-set.js';
import type { SourceOptions } from '../../images/source-options.js';
import { type Provenance, parsedProvenance } from '../../provenance.js';
import { idsDigest } from '../../set-digest.js';
import {
  encodingPlan,
  type FoundSource,
  type ListedFiles,
  listText,
  namedSources,
  type Plan,
  type PlannedSource,
  type PlanSettings,
  parsedList,
  parsedPlan,
  partFile,
  planText,
  sizesDigest,
  unitFile,
} from '../plan.js';

/** A plan and the folder that it is in. */
export interface Run {
  /** as the caller typed it */
  readonly folder: string;
  readonly plan: Plan;
}

const LARGEST_PLAN_BYTES = 2 ** 30;

/** @throws InputError UNREADABLE_FILE, CHECKSUM_MISMATCH as `parsedPlan` */
export async function readRun(folder: string): Promise<Run> {
  const path = join(folder, 'plan.json');
  return { folder, plan: await parsedPlan(await readTextFile(path, LARGEST_PLAN_BYTES), path) };
}

/** A path that is still right when the run's folder, with what is beside it, lies elsewhere. */
export function pathFromRun(folder: string, path: string): string {
  return isAbsolute(path) ? path : relative(resolve(folder), resolve(path)) || '.';
}

/** The path of what a plan names. */
export function pathOf(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

type SourceReading = Pick<PlannedSource, 'key' | 'imageRange'>;

/** How a planned source is opened. */
export function sourceOptions({ key, imageRange }: SourceReading): SourceOptions {
  return { key: key ?? undefined, imageRange: imageRange ?? undefined };
}

/** Lists the images of a source once. */
async function listSource(
  path: string,
  reading: SourceReading,
): Promise<Pick<FoundSource, 'kind' | 'passedOver' | 'ids' | 'sizes' | 'bytes'>> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    const listed = await listFolder(path); // of millions, their names alone
    return { kind: 'folder', ...listed, sizes: sizesOf(path, listed.ids), bytes: null };
  }
  const set = await openImageSet(path, sourceOptions(reading));
  try {
    return {
      kind: 'archive',
      passedOver: set.passedOver ?? null,
      ids: set.entries.map(({ id }) => id),
      sizes: null,
      bytes: found?.size ?? null,
    };
  } finally {
    await set.close();
  }
}

/** A file that is gone: no size is that. */
const GONE = -1;

/** Sizes of files, `GONE` for those that are not there. One after the other: asked for side by side they take five times the processor. */
function sizesOf(folder: string, ids: readonly string[]): Float64Array {
  return Float64Array.from(ids, (id) => statSync(join(folder, id), { throwIfNoEntry: false })?.size ?? GONE);
}

/**
 * Makes a run's folder: the ids of units that are stretches of folders, `plan.json` last. Memory is that of the ids of one source.
 *
 * @param sources  as their user typed them
 * @returns the run, and whether this very plan was there already
 * @throws InputError FILE_EXISTS if another plan is there; UNWRITABLE_FILE
 */
export async function makeRun(
  folder: string,
  sources: readonly string[],
  { key, imageRange, ...settings }: PlanSettings & SourceReading,
): Promise<Run & { readonly outcome: 'planned' | 'already planned' }> {
  const reading = { key, imageRange };
  const path = join(folder, 'plan.json');
  const before = await stat(path).then(
    () => readRun(folder),
    () => undefined,
  );
  for (const name of before === undefined ? ['units', 'parts'] : []) await makeFolder(join(folder, name));
  async function* found(): AsyncGenerator<FoundSource> {
    for (const { source, prefix } of namedSources(sources))
      yield {
        source,
        path: pathFromRun(folder, source),
        prefix,
        ...reading,
        ...(await listSource(source, reading)),
      };
  }
  const plan = await encodingPlan(found(), settings, async (index, files) => {
    if (before === undefined)
      await writeWhole(join(folder, unitFile(index)), listText(files), { existing: 'replaced' });
  });
  if (before === undefined) await writeWhole(path, planText(plan), { onSameContent: () => {} });
  else if (before.plan.digest !== plan.digest)
    throw new InputError('FILE_EXISTS', {
      where: path,
      expected: 'there is already another plan, and it was left as it is',
      help: 'Plan into another folder.',
    });
  return { folder, plan, outcome: before === undefined ? 'planned' : 'already planned' };
}

/** Files of a unit that is a stretch of a folder. */
export async function readUnit({ folder }: Run, index: number): Promise<ListedFiles> {
  const path = join(folder, unitFile(index));
  return parsedList(await readTextFile(path, LARGEST_PLAN_BYTES), path);
}

/** What there is of a unit's part. */
export type PartState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'valid'; readonly path: string; readonly provenance: Provenance };

/** Whether a unit is done: its part is there, whole, and says that it is of this unit of this plan. */
export async function partState({ folder, plan }: Run, index: number): Promise<PartState> {
  const path = join(folder, partFile(plan, index));
  if ((await stat(path).catch(() => undefined)) === undefined) return { kind: 'missing' };
  let npz: Npz | undefined;
  try {
    npz = await openNpz(path);
    const provenance = await parsedProvenance(await npz.text('provenance.json'), path);
    const arrays = plan.keep === 'moments' ? ['mu', 'sigma', 'n'] : ['embeddings'];
    if (plan.keep === 'both') arrays.push('mu', 'sigma', 'n');
    const absent = arrays.filter((name) => !npz!.arrays.includes(name));
    const unlike = unlikeness(provenance, plan, index);
    if (absent.length === 0 && unlike === undefined) return { kind: 'valid', path, provenance };
    return { kind: 'invalid', reason: `${path}: ${unlike ?? `lacks ${absent.join(', ')}`}` };
  } catch (error) {
    if (error instanceof InputError) return { kind: 'invalid', reason: error.message };
    throw error;
  } finally {
    await npz?.close();
  }
}

/** What a part says of itself that its plan does not say of it. */
function unlikeness(part: Provenance, plan: Plan, index: number): string | undefined {
  const { encoder, units } = plan;
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['version', part.version, plan.version],
    ['encoder', part.encoder.id, encoder.id],
    ['SHA-256 of the encoder', part.encoder.sha256, encoder.sha256],
    ['preprocessing', part.encoder.preprocessing, encoder.preprocessing],
    ['decoding', part.decoding, `orientation ${plan.orientation}`],
    ['list of images', part.shards?.ids, plan.ids],
    ['number of units', part.shards?.count, units.length],
    ['unit', part.shards?.indices.join(), `${index + 1}`],
    ['images', part.n + part.skipped.length, units[index]!.n],
  ];
  const [what, theirs, ours] = facts.find(([, first, second]) => first !== second) ?? [];
  return what === undefined ? undefined : `${what} must be ${ours}; got ${theirs ?? 'none'}`;
}

/** Unfinished files of writers that were killed, or that still write: paths below the run's folder. */
export async function findLeftovers(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'parts')).catch(() => []);
  return names.filter(isTemporaryName).map((name) => `parts/${name}`);
}

/** Once all parts are there, nobody needs what other machines left unfinished. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const path of await findLeftovers(folder)) await rm(join(folder, path), { force: true });
}

/**
 * That the images are those that were planned: a folder or archive that is not mounted here is passed over.
 *
 * @returns sources that are not here
 * @throws InputError CHANGED_INPUT naming images that came or went
 */
export async function requireUnchanged({ folder, plan }: Run): Promise<readonly string[]> {
  const absent: string[] = [];
  for (const [at, planned] of plan.sources.entries()) {
    const path = pathOf(folder, planned.path);
    const found = await listSource(path, planned).catch((error: unknown) => {
      if (!isNotHere(error)) throw error;
      absent.push(path);
    });
    if (found !== undefined) await requireSame({ folder, plan }, at, found);
  }
  return absent;
}

/** Whether a source could not be opened because there is nothing under its path. */
export function isNotHere(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || isNotHere(error.cause);
}

async function requireSame(
  { folder, plan }: Run,
  at: number,
  { ids, sizes, bytes }: Pick<FoundSource, 'ids' | 'sizes' | 'bytes'>,
): Promise<void> {
  const planned = plan.sources[at]!;
  const units = [...plan.units.entries()].filter(([, unit]) => unit.source === at);
  const isSame = units.every(([, { from, n, digest, sizes: before }]) => {
    const own = sizes?.subarray(from, from + n);
    const now = own === undefined ? null : sizesDigest(own);
    return now === before && idsDigest(ids.slice(from, from + n), planned.prefix) === digest;
  });
  if (isSame && ids.length === planned.n && bytes === planned.bytes) return;
  if (sizes === null || planned.kind !== 'folder') {
    const same = ids.length === planned.n ? 'another file' : `${ids.length} images, ${planned.n} planned`;
    throw changedInput(planned.source, same);
  }
  const before: string[] = [];
  const sizesBefore: number[] = [];
  for (const [index] of units) {
    const unit = await readUnit({ folder, plan }, index);
    for (const [i, id] of unit.ids.entries()) {
      before.push(id);
      sizesBefore.push(unit.sizes[i]!);
    }
  }
  throw changedInput(planned.source, changeOf({ ids: before, sizes: sizesBefore }, { ids, sizes }));
}

/** What became of the files of a folder, in words: `13 images, 12 planned, 1 new (03-new.png)`, `1 of another size (03.png)`. */
export function changeOf(before: ListedFiles, now: ListedFiles): string {
  const known = new Map(before.ids.map((id, i) => [id, before.sizes[i]!]));
  const [come, replaced]: [string[], string[]] = [[], []];
  for (const [i, id] of now.ids.entries()) {
    const size = known.get(id);
    if (size === undefined) come.push(id);
    else if (now.sizes[i] === GONE) continue;
    else if (size !== now.sizes[i]) replaced.push(id);
    known.delete(id);
  }
  const counted =
    now.ids.length === before.ids.length ? '' : `${now.ids.length} images, ${before.ids.length} planned`;
  const named = (ids: readonly string[], what: string) =>
    ids.length === 0 ? '' : `${ids.length} ${what} (${ids[0]})`;
  return [counted, named(come, 'new'), named([...known.keys()], 'gone'), named(replaced, 'of another size')]
    .filter((text) => text !== '')
    .join(', ');
}

/**
 * The files of a unit as they are here.
 *
 * @throws InputError CHANGED_INPUT naming a file that is gone, or has another size than when it was planned
 */
export function requireFiles(source: string, path: string, planned: ListedFiles): void {
  const sizes = sizesOf(path, planned.ids);
  if (sizes.every((size, i) => size === planned.sizes[i])) return;
  throw changedInput(source, changeOf(planned, { ids: planned.ids, sizes }));
}

/** The error for images that are not as they were planned. */
export function changedInput(source: string, received: string): InputError {
  return new InputError('CHANGED_INPUT', {
    where: source,
    expected: 'must hold the images that were planned',
    received,
    help: 'Plan again into another folder.',
  });
}

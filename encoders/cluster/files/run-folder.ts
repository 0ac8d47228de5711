import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { InputError } from '../../../errors.js';
import { openRegularFile, readTextFile } from '../../files/regular-file.js';
import { isTemporaryName } from '../../files/temporary-files.js';
import { makeFolder } from '../../files/unwritable-file.js';
import { writeWhole } from '../../files/write-whole.js';
import { listFolder, openImageSet } from '../../images/open-image-set.js';
import type { SourceOptions } from '../../images/source-options.js';
import { idsDigest } from '../../set-digest.js';
import {
  type CommandPlan,
  commandPlan,
  type EncodingPlan,
  encodingPlan,
  type FoundSource,
  inputFile,
  type ListedFiles,
  listText,
  namedSources,
  type Plan,
  type PlannedInput,
  type PlannedSource,
  type PlanSettings,
  parsedList,
  parsedPlan,
  planText,
  sizesDigest,
  unitFile,
} from '../plan.js';

/** A plan and the folder that it is in. */
export interface Run<P extends Plan = Plan> {
  /** as the caller typed it */
  readonly folder: string;
  readonly plan: P;
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
): Promise<Pick<FoundSource, 'kind' | 'passedOver' | 'ids' | 'sizes' | 'digest'>> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    const listed = await listFolder(path); // of millions, their names alone
    return { kind: 'folder', ...listed, sizes: sizesOf(path, listed.ids), digest: null };
  }
  const set = await openImageSet(path, sourceOptions(reading));
  try {
    return {
      kind: 'archive',
      passedOver: set.passedOver ?? null,
      ids: set.entries.map(({ id }) => id),
      sizes: null,
      digest: await archiveDigest(path),
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
 * @throws InputError FILE_EXISTS if another plan is there; UNWRITABLE_FILE
 */
export async function makeRun(
  folder: string,
  sources: readonly string[],
  { key, imageRange, ...settings }: PlanSettings & SourceReading,
): Promise<PlannedRun<EncodingPlan>> {
  const reading = { key, imageRange };
  const before = await plannedBefore(folder, ['units', 'parts']);
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
  return finishedPlan(folder, plan, before);
}

/** A run, and whether this very plan was there already. */
export type PlannedRun<P extends Plan> = Run<P> & { readonly outcome: 'planned' | 'already planned' };

/** A plan that is there already; else folders for a new one. */
async function plannedBefore(folder: string, names: readonly string[]): Promise<Plan | undefined> {
  const isThere = await stat(join(folder, 'plan.json')).then(
    () => true,
    () => false,
  );
  if (isThere) return (await readRun(folder)).plan;
  for (const name of names) await makeFolder(join(folder, name));
  return undefined;
}

async function finishedPlan<P extends Plan>(
  folder: string,
  plan: P,
  before: Plan | undefined,
): Promise<PlannedRun<P>> {
  const path = join(folder, 'plan.json');
  if (before === undefined) await writeWhole(path, planText(plan), { onSameContent: () => {} });
  else if (before.digest !== plan.digest)
    throw new InputError('FILE_EXISTS', {
      where: path,
      expected: 'there is already another plan, and it was left as it is',
      help: 'Plan into another folder.',
    });
  return { folder, plan, outcome: before === undefined ? 'planned' : 'already planned' };
}

/**
 * Makes a run's folder of a command: lists of its inputs that are folders, `plan.json` last.
 *
 * @param paths  what it reads, as its user typed them; what is no path, as the name of a network, is passed over
 * @throws InputError FILE_EXISTS if another plan is there; UNWRITABLE_FILE
 */
export async function makeCommandRun(
  folder: string,
  {
    paths,
    ...planned
  }: Omit<Parameters<typeof commandPlan>[0], 'inputs'> & { readonly paths: readonly string[] },
): Promise<PlannedRun<CommandPlan>> {
  const before = await plannedBefore(folder, ['inputs', 'parts']);
  const inputs: PlannedInput[] = [];
  for (const path of new Set(paths)) {
    const found = await readInput(path);
    if (found === undefined) continue;
    const { files, ...input } = found;
    if (files !== null && before === undefined)
      await writeWhole(join(folder, inputFile(inputs.length)), listText(files), { existing: 'replaced' });
    inputs.push({ path, ...input });
  }
  return finishedPlan(folder, commandPlan({ ...planned, inputs }), before);
}

/** What tells an input from another that is put in its place: of a folder the sizes of its images, of a file its size and both ends. */
async function readInput(
  path: string,
): Promise<(Omit<PlannedInput, 'path'> & { readonly files: ListedFiles | null }) | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isDirectory()) {
    const { ids } = await listFolder(path);
    const sizes = sizesOf(path, ids);
    const digest = idsDigest([idsDigest(ids), sizesDigest(sizes)]);
    return { kind: 'folder', digest, files: { ids, sizes } };
  }
  return { kind: 'file', digest: await endsDigest(path, found.size), files: null };
}

/** Bytes that are read at either end of a file: tables are less, and the directory of a zip, with the CRC-32 of all that is in it, is at the end. */
const END_BYTES = 2 ** 24;

/** What tells an archive from another that is put in its place; null if there is a folder now. */
export async function archiveDigest(path: string): Promise<string | null> {
  const found = await stat(path);
  return found.isFile() ? endsDigest(path, found.size) : null;
}

async function endsDigest(path: string, size: number): Promise<string> {
  const { file } = await openRegularFile(path);
  try {
    const hash = createHash('sha256').update(`${size}\0`);
    for (const from of size <= END_BYTES ? [0] : [0, Math.max(END_BYTES, size - END_BYTES)]) {
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(Math.min(END_BYTES, size - from)),
        0,
        null,
        from,
      );
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

/**
 * That what a command reads is what was planned. Paths are meant from where the command was typed.
 *
 * @throws InputError CHANGED_INPUT naming what came, went or was put in the place of another; MISSING_SOURCE for what is not here
 */
export async function requireInputs({ folder, plan }: Run<CommandPlan>): Promise<void> {
  for (const [at, { path, digest, kind }] of plan.inputs.entries()) {
    const found = await readInput(path);
    if (found === undefined) throw notHere(path, path);
    if (found.digest === digest) continue;
    if (kind === 'file') throw changedInput(path, found.files === null ? 'another file' : 'a folder', 'file');
    if (found.files === null) throw changedInput(path, 'a file');
    const list = join(folder, inputFile(at));
    const before = parsedList(await readTextFile(list, LARGEST_PLAN_BYTES), list);
    throw changedInput(path, changeOf(before, found.files));
  }
}

/** The error for what is not on this machine: another may have it. */
export function notHere(source: string, path: string, cause?: Error): InputError {
  const why = cause === undefined ? '' : ` (${cause.message.replace(/\.$/, '')})`;
  return new InputError(
    'MISSING_SOURCE',
    {
      where: source,
      expected: `is not on this machine as ${path}${why}`,
      help: 'Mount it, or plan again where it is.',
    },
    cause === undefined ? {} : { cause },
  );
}

/** Files of a unit that is a stretch of a folder. */
export async function readUnit({ folder }: Run<EncodingPlan>, index: number): Promise<ListedFiles> {
  const path = join(folder, unitFile(index));
  return parsedList(await readTextFile(path, LARGEST_PLAN_BYTES), path);
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
export async function requireUnchanged({ folder, plan }: Run<EncodingPlan>): Promise<readonly string[]> {
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
  { folder, plan }: Run<EncodingPlan>,
  at: number,
  { ids, sizes, digest: now }: Pick<FoundSource, 'ids' | 'sizes' | 'digest'>,
): Promise<void> {
  const planned = plan.sources[at]!;
  const units = [...plan.units.entries()].filter(([, unit]) => unit.source === at);
  const isSame = units.every(([, { from, n, digest, sizes: before }]) => {
    const own = sizes?.subarray(from, from + n);
    const ownSizes = own === undefined ? null : sizesDigest(own);
    return ownSizes === before && idsDigest(ids.slice(from, from + n), planned.prefix) === digest;
  });
  if (isSame && ids.length === planned.n && now === planned.digest) return;
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
function changeOf(before: ListedFiles, now: ListedFiles): string {
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

/** The error for images, or another file, that are not as they were planned. */
export function changedInput(
  source: string,
  received: string,
  what: 'images' | 'file' = 'images',
): InputError {
  return new InputError('CHANGED_INPUT', {
    where: source,
    expected:
      what === 'file' ? 'must be the file that was planned' : 'must hold the images that were planned',
    received,
    help: 'Plan again into another folder.',
  });
}

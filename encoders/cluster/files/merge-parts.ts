import { InputError } from '../../../errors.js';
import { MomentsSum } from '../../../numerics/gaussian-moments.js';
import { byCodePoint } from '../../embedded-set.js';
import type { Warning } from '../../encoder.js';
import { HEAD_LENGTH, npyHeadBytes } from '../../files/npy-bytes.js';
import { type Npz, openNpz } from '../../files/npz.js';
import { addArray } from '../../files/npz-writer.js';
import type { WholeFileOptions } from '../../files/whole-file.js';
import { writeMoments } from '../../files/write-statistics.js';
import { openZipWriter, type ZipWriter } from '../../files/zip-writer.js';
import { type Incomplete, type MergedPart, mergedFacts, rangesText } from '../../merged-facts.js';
import { type Provenance, provenanceBytes } from '../../provenance.js';
import { idsDigest } from '../../set-digest.js';
import { collectGarbage } from '../../workers/collect-garbage.js';
import type { EncodingPlan } from '../plan.js';
import { invalidPart, partState, whyInvalid } from './part-state.js';
import { type Run, removeLeftovers, requireUnchanged } from './run-folder.js';

interface Part extends MergedPart {
  /** of the run */
  readonly folder: string;
  readonly index: number;
  readonly facts: Provenance;
}

/** What was merged, and sources that could not be looked at again. */
export interface MergedRun {
  readonly provenance: Provenance;
  readonly absentSources: readonly string[];
}

/**
 * The parts of a run to one file, each unit once and in its order: the bytes of one `encode` of all images. Memory is that of one
 * covariance, and does not grow with the images. Once all parts are there, unfinished files beside them are removed.
 *
 * @param incomplete  what becomes of a run of which parts are missing; default `refused`
 * @throws InputError INCOMPLETE_SET if parts are missing, named; UNREADABLE_FILE if one is damaged or of something else
 * @throws InputError CHANGED_INPUT if the images are not those that were planned
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE and InterruptedError as `openWholeFile`
 */
export async function mergeParts(
  path: string,
  run: Run<EncodingPlan>,
  { incomplete = 'refused', ...options }: WholeFileOptions & { readonly incomplete?: Incomplete } = {},
): Promise<MergedRun> {
  const { folder, plan } = run;
  const parts = await validParts(run, incomplete);
  const absentSources = await requireUnchanged(run);
  const facts = mergedFacts(parts, incomplete);
  const beside: Warning[] = plan.sources.flatMap(({ source, passedOver }) =>
    passedOver === null
      ? []
      : [{ code: 'FILES_PASSED_OVER', message: `${source}: ${passedOver} passed over` }],
  );
  const warnings = [...beside, ...facts.warnings];
  const provenance = { ...parts[0]!.facts, ...facts, warnings, shards: facts.shards ?? null };
  const zip = await openZipWriter(path, options);
  try {
    if (plan.keep !== 'moments') await writeRows(zip, parts, { plan, n: provenance.n });
    if (plan.keep !== 'embeddings')
      await writeMoments({ array: (name, array) => addArray(zip, name, array) }, await momentsOf(parts));
    await zip.add('provenance.json', provenanceBytes(provenance));
    await zip.commit();
  } finally {
    await zip.abandon();
  }
  if (parts.length === plan.units.length) await removeLeftovers(folder);
  return { provenance, absentSources };
}

/** Parts that are looked at before the memory of that is given back: of a thousand it would be more than a covariance. */
const PARTS_COLLECTED = 16;

/** Parts that are there; all, unless that is not asked for. */
async function validParts(run: Run<EncodingPlan>, incomplete: Incomplete): Promise<readonly Part[]> {
  const { plan } = run;
  const parts: Part[] = [];
  const missing: number[] = [];
  for (let index = 0; index < plan.units.length; index++) {
    const state = await partState(run, index);
    if (state.kind === 'missing') missing.push(index);
    else if (state.kind === 'valid')
      parts.push({
        folder: run.folder,
        index,
        path: state.path,
        facts: state.provenance!,
        content: `unit ${index}`,
      });
    else throw invalidPart(run, index, state.reason);
    if (index % PARTS_COLLECTED === 0) collectGarbage();
  }
  if (missing.length === 0 || (incomplete === 'taken' && parts.length > 0)) return parts;
  throw missingParts(run, missing, ', or pass --partial');
}

/** The error for units that are not done. */
function missingParts({ folder, plan }: Run, missing: readonly number[], otherwise = ''): InputError {
  return new InputError('INCOMPLETE_SET', {
    where: folder,
    expected: `the parts of all ${plan.units.length} units must be there`,
    received: `${plan.units.length - missing.length}; unit${missing.length === 1 ? '' : 's'} ${rangesText(missing)} missing`,
    help: `Run their tasks, as by steadfid submit ${folder}${otherwise}.`,
    missing,
  });
}

/**
 * That all units of a run are done.
 *
 * @throws InputError INCOMPLETE_SET if parts are missing, named; UNREADABLE_FILE if one is damaged or of something else
 */
export async function requireAllParts(run: Run): Promise<void> {
  const missing: number[] = [];
  for (let index = 0; index < run.plan.units.length; index++) {
    const state = await partState(run, index);
    if (state.kind === 'missing') missing.push(index);
    if (state.kind === 'invalid') throw invalidPart(run, index, state.reason);
  }
  if (missing.length > 0) throw missingParts(run, missing);
}

/** Numbers of a part after which their memory is given back: 8 MiB. */
const COLLECTED_EACH = 2 ** 20;

/** Runs a step over all parts, one open at a time; one that cannot be read is named by its unit. */
async function eachPart(
  parts: readonly Part[],
  step: (npz: Npz, part: Part) => Promise<void>,
): Promise<void> {
  for (const part of parts) {
    const npz = await openNpz(part.path);
    try {
      await step(npz, part);
    } catch (error) {
      if (!(error instanceof InputError) || error.code !== 'UNREADABLE_FILE') throw error;
      throw invalidPart(part, part.index, whyInvalid(error));
    } finally {
      await npz.close();
    }
    collectGarbage(); // what was read of it lies outside the heap, and would wait for long
  }
}

/** Arrays of rows, then the ids: what encoding all images at once writes, in the same order. */
async function writeRows(
  zip: ZipWriter,
  parts: readonly Part[],
  { plan, n }: { readonly plan: EncodingPlan; readonly n: number },
): Promise<void> {
  const columns = new Map<string, number>();
  await eachPart(parts, async (npz, { path, facts }) => {
    for (const name of ['embeddings', 'logits']) {
      const rows = npz.arrays.includes(name) ? await npz.rows(name) : { n: facts.n, d: 0 };
      const d = columns.get(name) ?? rows.d;
      if (rows.n !== facts.n || rows.d !== d) throw unlikeRows(path, name, [facts.n, d], [rows.n, rows.d]);
      columns.set(name, d);
    }
  });
  for (const [name, d] of columns) {
    if (d === 0) continue;
    const entry = await zip.begin(`${name}.npy`, HEAD_LENGTH);
    await eachPart(parts, async (npz) => {
      for await (const { buffer, byteOffset, byteLength } of npz.values(name))
        await entry.append(new Uint8Array(buffer, byteOffset, byteLength));
    });
    await entry.end(npyHeadBytes('<f4', [n, d]));
  }
  await writeIds(zip, parts, plan);
}

function unlikeRows(
  path: string,
  name: string,
  ours: readonly [number, number],
  theirs: readonly [number, number],
): InputError {
  return new InputError('UNREADABLE_FILE', {
    where: `${path}, array ${name}`,
    expected: `must have ${ours[0]} rows of ${ours[1]} numbers`,
    received: `${theirs[0]} of ${theirs[1]}`,
    help: 'Remove it and run its task again.',
  });
}

/** Ids in one order throughout, and those of each part the ones that were planned. */
async function writeIds(zip: ZipWriter, parts: readonly Part[], plan: EncodingPlan): Promise<void> {
  const entry = await zip.begin('ids.json', 1);
  let last: string | undefined;
  await eachPart(parts, async (npz, { index, path, facts }) => {
    const ids: string[] = [];
    for await (const some of npz.ids()) {
      if (some.length === 0) continue;
      const comma = last === undefined ? '' : ',';
      await entry.append(Buffer.from(comma + JSON.stringify(some).slice(1, -1)));
      for (const id of some) ids.push(id);
      last = some.at(-1);
    }
    const all =
      facts.skipped.length === 0 ? ids : [...ids, ...facts.skipped.map(({ id }) => id)].sort(byCodePoint);
    if (ids.length !== facts.n || idsDigest(all) !== plan.units[index]!.digest)
      throw new InputError('UNREADABLE_FILE', {
        where: `${path}, ids.json`,
        expected: `must hold the ids of unit ${index}`,
        help: 'Remove it and run its task again.',
      });
  });
  await entry.append(Buffer.from(']'));
  await entry.end(Buffer.from('['));
}

/** Mean and covariance of all images, from those of each part in their order. */
async function momentsOf(parts: readonly Part[]) {
  const sum = new MomentsSum();
  await eachPart(parts, async (npz, { facts: { n } }) => {
    const mean = Float64Array.from((await npz.array('mu')).data);
    const rest = npz.arrays.includes('mu_rest')
      ? { meanRest: (await npz.array('mu_rest')).data as Float64Array }
      : {};
    const add = sum.begin({ n, d: mean.length, mean, ...rest });
    let uncollected = 0;
    for await (const values of npz.values('sigma')) {
      add(values as Float64Array);
      uncollected += values.length;
      if (uncollected < COLLECTED_EACH) continue;
      collectGarbage();
      uncollected = 0;
    }
  });
  return sum.moments;
}

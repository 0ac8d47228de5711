import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EvaluationError, InputError, OptionError, ProvenanceError } from '../../../errors.js';
import type { Algebra } from '../../../numerics/algebra.js';
import { encodeImages } from '../../encode-images.js';
import type { Encoder } from '../../encoder.js';
import type { EncodingOptions } from '../../encoding-options.js';
import { readImageFile } from '../../files/image-file.js';
import { writeEmbeddedSet } from '../../files/write-embedded-set.js';
import { writeStatistics } from '../../files/write-statistics.js';
import { foldMoments, MomentsFold } from '../../fold-moments.js';
import type { ImageSet } from '../../images/image-set.js';
import { openImageSet } from '../../images/open-image-set.js';
import { idsDigest } from '../../set-digest.js';
import { partFile } from '../plan.js';
import {
  changedInput,
  isNotHere,
  partState,
  pathOf,
  type Run,
  readUnit,
  requireFiles,
  sourceOptions,
} from './run-folder.js';

/** What became of a unit: done before, now, or meanwhile by another process. */
export type UnitOutcome = 'already there' | 'written' | 'written by another';

export interface UnitSettings extends Pick<EncodingOptions, 'onProgress' | 'signal' | 'workers'> {
  /** opens the network of the plan, once it is known that there is something to do */
  readonly open: () => Promise<Encoder>;
  readonly algebra: Algebra;
  /** told of a part that is there and cannot be used, before it is replaced */
  readonly onInvalid?: (reason: string) => void;
}

/**
 * Encodes a unit of a plan to its part, once, however often and wherever it is asked for: a valid part is left as it is, and of two
 * processes that encode a unit at the same time the first to finish writes it. Both must have the same bytes, unless one ran on a GPU.
 *
 * @param index  from 0
 * @throws OptionError OUT_OF_RANGE if there is no such unit
 * @throws InputError CHANGED_INPUT if the images are not those that were planned; MISSING_SOURCE if they are not mounted here
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if the network is another than planned, or another process wrote other bytes
 * @throws what `encodeImages` and `openWholeFile` throw
 */
export async function encodeUnit(run: Run, index: number, settings: UnitSettings): Promise<UnitOutcome> {
  const { folder, plan } = run;
  const { onInvalid, signal } = settings;
  if (!Number.isSafeInteger(index) || index < 0 || index >= plan.units.length)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--index',
      expected: `must be a unit of the plan, 0 to ${plan.units.length - 1}`,
      received: `${index}`,
    });
  const state = await partState(run, index);
  if (state.kind === 'valid') return 'already there';
  if (state.kind === 'invalid') onInvalid?.(state.reason);
  const path = join(folder, partFile(plan, index));
  const set = await openUnit(run, index);
  let outcome: UnitOutcome = 'written';
  try {
    const writing = {
      existing: state.kind === 'invalid' ? 'replaced' : 'refused',
      onSameContent: () => {
        outcome = 'written by another';
      },
      ...(signal === undefined ? {} : { signal }),
    } as const;
    await writePart(path, { run, index, set }, settings, writing);
    return outcome;
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'FILE_EXISTS') throw error;
    return await afterRace(run, index, error);
  } finally {
    await set.close();
  }
}

/** Another process was first: on CPUs its bytes must be ours; GPUs differ in the last digits. */
async function afterRace(run: Run, index: number, error: InputError): Promise<UnitOutcome> {
  const state = await partState(run, index);
  if (state.kind !== 'valid') throw error;
  const isCompared = error.details['content'] === 'another';
  if (!isCompared || state.provenance.device !== undefined || error.details['device'] !== undefined)
    return 'written by another';
  throw new ProvenanceError('UNLIKE_EMBEDDINGS', {
    where: state.path,
    expected: 'two processes that encode one unit on CPUs must write the same bytes',
    received: 'other bytes than another process wrote meanwhile, whose part was kept',
    help: 'See whether the machines differ, or an image changed while it was read.',
  });
}

interface Unit {
  readonly run: Run;
  readonly index: number;
  readonly set: ImageSet;
}

async function writePart(
  path: string,
  { run: { plan }, index, set }: Unit,
  { open, algebra, onProgress, workers, signal }: UnitSettings,
  writing: Parameters<typeof writeEmbeddedSet>[2],
): Promise<void> {
  const encoder = await open();
  try {
    requirePlanned(encoder, plan.encoder);
    const run = encodeImages(set, encoder, {
      batchSize: plan.batchSize,
      unreadable: plan.unreadable,
      orientation: plan.orientation,
      ...(plan.maxPixels === null ? {} : { maxPixels: plan.maxPixels }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(workers === undefined ? {} : { workers }),
      ...(signal === undefined ? {} : { signal }),
    });
    const images = plan.sources.map(({ source }) => source).join(' + ');
    const shards = { count: plan.units.length, indices: [index + 1], ids: plan.ids };
    if (plan.keep === 'moments') {
      const folded = { ...(await foldMoments(run, algebra)), images, shards };
      await writeStatistics(path, { set: folded, moments: folded.moments! }, writing);
      return;
    }
    const fold = plan.keep === 'both' ? { fold: new MomentsFold(algebra) } : {};
    await writeEmbeddedSet(path, run, { ...writing, shards, images, ...fold });
  } catch (error) {
    if (error instanceof EvaluationError && encoder.device !== 'cpu')
      Object.assign(error.details, { device: encoder.device });
    throw error;
  } finally {
    await encoder.close();
  }
}

function requirePlanned({ identity }: Encoder, planned: Run['plan']['encoder']): void {
  if (identity.sha256 === planned.sha256 && identity.preprocessing === planned.preprocessing) return;
  throw new ProvenanceError('UNLIKE_EMBEDDINGS', {
    where: `encoder ${planned.id}`,
    expected: `must be the network that was planned, ${planned.sha256} (${planned.preprocessing})`,
    received: `${identity.sha256} (${identity.preprocessing})`,
    help: 'Put the same file there on every machine, or plan again.',
  });
}

/** The images of a unit, which must be those that were planned. */
async function openUnit({ folder, plan }: Run, index: number): Promise<ImageSet> {
  const { source: at, from, n, digest } = plan.units[index]!;
  const planned = plan.sources[at]!;
  const { source, kind, prefix } = planned;
  const path = pathOf(folder, planned.path);
  if (kind === 'folder') {
    await here(source, path, stat(path));
    const files = await readUnit({ folder, plan }, index);
    const { ids } = files;
    requireFiles(source, path, files);
    requireIds(
      source,
      ids.map((id) => prefix + id),
      digest,
    );
    const entries = ids.map((id) => ({
      id: prefix + id,
      load: async () => ({ kind: 'encoded', bytes: await readImageFile(join(path, id)) }) as const,
    }));
    return { source, kind, entries, close: async () => {} };
  }
  const set = await here(source, path, openImageSet(path, sourceOptions(planned)));
  const size = planned.bytes === null ? null : (await stat(path)).size;
  const entries = set.entries
    .slice(from, from + n)
    .map((entry) => ({ id: prefix + entry.id, load: () => entry.load() }));
  try {
    if (size !== planned.bytes) throw changedInput(source, 'another file');
    requireIds(
      source,
      entries.map(({ id }) => id),
      digest,
    );
  } catch (error) {
    await set.close();
    throw error;
  }
  return { ...set, source, entries, passedOver: null };
}

/** What is opened, or that it is not on this machine: another may have it. */
async function here<Opened>(source: string, path: string, opening: Promise<Opened>): Promise<Opened> {
  try {
    return await opening;
  } catch (error) {
    if (!isNotHere(error)) throw error;
    throw new InputError(
      'MISSING_SOURCE',
      {
        where: source,
        expected: `is not on this machine as ${path} (${error.message.replace(/\.$/, '')})`,
        help: 'Mount it, or plan again where it is.',
      },
      { cause: error },
    );
  }
}

function requireIds(source: string, ids: readonly string[], digest: string): void {
  if (idsDigest(ids) !== digest) throw changedInput(source, 'another list of images');
}

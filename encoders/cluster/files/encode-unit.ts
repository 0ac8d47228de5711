import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../../defined.js';
import { EvaluationError, ProvenanceError } from '../../../errors.js';
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
import type { EncodingPlan } from '../plan.js';
import { type UnitOutcome, writeUnit } from './part-state.js';
import {
  archiveDigest,
  changedInput,
  isNotHere,
  notHere,
  pathOf,
  type Run,
  readUnit,
  requireFiles,
  sourceOptions,
} from './run-folder.js';

export interface UnitSettings extends Pick<EncodingOptions, 'onProgress' | 'signal' | 'workers'> {
  /** opens the network of the plan, once it is known that there is something to do */
  readonly open: () => Promise<Encoder>;
  readonly algebra: Algebra;
  /** called for a part that is there and cannot be used, before it is replaced */
  readonly onInvalid?: (reason: string) => void;
}

/**
 * Encodes a unit of a plan to its part, once, as `writeUnit`.
 *
 * @param index  from 0
 * @throws InputError CHANGED_INPUT if the images are not those that were planned; MISSING_SOURCE if they are not mounted here
 * @throws ProvenanceError UNLIKE_EMBEDDINGS if the network is another than planned
 * @throws what `writeUnit` and `encodeImages` throw
 */
export function encodeUnit(
  run: Run<EncodingPlan>,
  index: number,
  settings: UnitSettings,
): Promise<UnitOutcome> {
  return writeUnit(
    run,
    index,
    async (path, writing) => {
      const set = await openUnit(run, index);
      try {
        await writePart(path, { run, index, set }, settings, writing);
      } finally {
        await set.close();
      }
    },
    settings,
  );
}

interface Unit {
  readonly run: Run<EncodingPlan>;
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
      ...defined({ onProgress, workers, signal }),
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

function requirePlanned({ identity }: Encoder, planned: EncodingPlan['encoder']): void {
  if (identity.sha256 === planned.sha256 && identity.preprocessing === planned.preprocessing) return;
  throw new ProvenanceError('UNLIKE_EMBEDDINGS', {
    where: `encoder ${planned.id}`,
    expected: `must be the network that was planned, ${planned.sha256} (${planned.preprocessing})`,
    received: `${identity.sha256} (${identity.preprocessing})`,
    help: 'Put the same file there on every machine, or plan again.',
  });
}

/** The images of a unit, which must be those that were planned. */
async function openUnit({ folder, plan }: Run<EncodingPlan>, index: number): Promise<ImageSet> {
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
  const entries = set.entries
    .slice(from, from + n)
    .map((entry) => ({ id: prefix + entry.id, load: () => entry.load() }));
  try {
    if ((await archiveDigest(path)) !== planned.digest) throw changedInput(source, 'another file');
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
    throw notHere(source, path, error);
  }
}

function requireIds(source: string, ids: readonly string[], digest: string): void {
  if (idsDigest(ids) !== digest) throw changedInput(source, 'another list of images');
}

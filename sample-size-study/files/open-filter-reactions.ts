import type { ImageSet } from '../../encoders/images/image-set.js';
import { throwIfAborted } from '../../numerics/throw-if-aborted.js';
import type { ScoreSource } from '../../scoring/score-sources.js';
import type { ImageControl } from '../../uncertainty/control.js';
import { IMAGE_CONTROLS } from '../../uncertainty/image-controls.js';
import type { PooledScore } from '../../uncertainty/image-pool.js';
import { type Decoding, loadedImage } from '../distortions/distorted-image-set.js';
import { filterOf } from '../filter-arms.js';
import { filterReaction, isRecomputed } from '../filter-reaction.js';
import type { ScoredArm } from '../scored-arm.js';
import type { FilterReaction } from '../stability-report.js';
import type { Condition, StudyDesign } from '../study-design.js';
import type { Distorter } from './open-distorter.js';

/** Images on which most columns are seen to be no control, before all images are decoded for it. */
const FIRST_IMAGES = 8;

/**
 * How filters react to distortions, where their scores are a control of the images: found by recomputing it on the undistorted images,
 * whatever the column is called. Each control of each level is computed once.
 *
 * @returns of a filtered set under a distortion its reaction, null where its scores cannot be recomputed; of others undefined
 */
export function openFilterReactions(
  { arms, seed }: Pick<StudyDesign, 'arms' | 'seed'>,
  {
    sources,
    scoredArms,
    distorter,
    decoding,
    signal,
  }: {
    /** by the name of the arm */
    readonly sources: ReadonlyMap<string, ScoreSource>;
    readonly scoredArms: ReadonlyMap<string, ScoredArm>;
    readonly distorter: (kind: string) => Promise<Distorter>;
    readonly decoding: Decoding;
    readonly signal?: AbortSignal | undefined;
  },
): (condition: Condition) => Promise<FilterReaction | null | undefined> {
  const controls = new Map<string, Promise<ImageControl | null>>();
  const values = new Map<string, Promise<ReadonlyMap<string, number>>>();
  return async ({ arm, name, distortion, level }) => {
    const scored = scoredArms.get(name);
    const source = sources.get(name);
    if (arm?.filter === undefined || distortion === 'none' || source?.kind !== 'images') return undefined;
    const { score, rule } = scored!.filter!;
    const { scores, column } = filterOf(arm, arms)!.filter;
    const control = await once(controls, [arm.source, scores, column], () =>
      recomputedControl(source.set, score, { decoding, signal }),
    );
    if (control === null) return null;
    const distorted = await once(values, [arm.source, control.id, distortion, level], async () =>
      controlValues((await distorter(distortion)).distorted(source.set, level), control, {
        decoding,
        signal,
      }),
    );
    const { ids } = score.pool;
    return filterReaction(
      { score, rule, control, seed },
      Float64Array.from(ids, (id) => distorted.get(id)!),
    );
  };
}

interface Reading {
  readonly decoding: Decoding;
  readonly signal?: AbortSignal | undefined;
}

/** The control that a score is of every image; null for none. */
async function recomputedControl(
  set: ImageSet,
  score: PooledScore,
  reading: Reading,
): Promise<ImageControl | null> {
  const isOf = (values: ReadonlyMap<string, number>) =>
    [...values].every(([id, value]) => isRecomputed(score.values[score.pool.placeOf(id)!]!, value));
  const first = { ...set, entries: set.entries.slice(0, FIRST_IMAGES) };
  for (const control of IMAGE_CONTROLS) {
    if (!isOf(await controlValues(first, control, reading))) continue;
    if (isOf(await controlValues(set, control, reading))) return control;
  }
  return null;
}

/** One control of every image, one image in memory at a time. */
async function controlValues(
  { entries }: ImageSet,
  control: ImageControl,
  { decoding, signal }: Reading,
): Promise<ReadonlyMap<string, number>> {
  const values = new Map<string, number>();
  for (const entry of entries) {
    throwIfAborted(signal, 'controls');
    values.set(entry.id, control.value(await loadedImage(entry, decoding)));
  }
  return values;
}

function once<T>(
  known: Map<string, Promise<T>>,
  parts: readonly unknown[],
  make: () => Promise<T>,
): Promise<T> {
  const key = JSON.stringify(parts);
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

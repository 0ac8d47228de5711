import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { holdsImages } from '../../encoders/read-embedded-set.js';
import { EvaluationError } from '../../errors.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { throwIfAborted } from '../../numerics/throw-if-aborted.js';
import { openDistorter } from '../../sample-size-study/files/open-distorter.js';
import type { StudyDesign } from '../../sample-size-study/study-design.js';
import type { Samples } from '../score/samples.js';
import { pictureReader } from './small-picture.js';

/**
 * Small pictures of one random image of the first set, as it is and at each level of every distortion; null where there are none, or no images. A share of
 * other images is no level of one image, and left out.
 */
export async function makeDistorted(
  { arms, distortions, seed }: StudyDesign,
  { opened = {}, signal }: { readonly opened?: SourceOptions; readonly signal?: AbortSignal },
): Promise<Samples | null> {
  const shown = distortions.filter(({ kind }) => kind !== 'contamination');
  const source = arms.find((arm) => arm.source !== undefined)?.source;
  if (shown.length === 0 || source === undefined || !(await holdsImages(source, opened))) return null;
  const images = await openImageSet(source, opened);
  try {
    const found = await readableImage(images, seed);
    if (found === null) return null;
    const { one, id, picture: plain } = found;
    const sets: Samples['sets'] = [];
    for (const choice of shown) {
      const distorter = await openDistorter(choice, { seed, decoding: {} });
      try {
        const row = [{ id: `${id}, not distorted`, picture: plain }];
        for (const level of choice.levels) {
          throwIfAborted(signal, 'report');
          const picture = await pictureReader(distorter.distorted(one, level))(id);
          row.push({ id: `${id}, level ${level}`, picture });
        }
        sets.push({ name: choice.kind, images: row });
      } finally {
        await distorter.close();
      }
    }
    return { schema: 'steadfid/samples/1', sets };
  } finally {
    await images.close();
  }
}

/** Images that are tried, of a set that holds unreadable ones. */
const MOST_TRIES = 10;

async function readableImage(
  images: ImageSet,
  seed: number,
): Promise<{ readonly one: ImageSet; readonly id: string; readonly picture: string } | null> {
  const { entries } = images;
  const tried = sampleIndices(
    { n: entries.length, size: Math.min(MOST_TRIES, entries.length) },
    seededRandom(seed, 'samples'),
  );
  for (const index of tried) {
    const one = { ...images, entries: [entries[index]!] };
    const { id } = entries[index]!;
    try {
      return { one, id, picture: await pictureReader(one)(id) };
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
    }
  }
  return null;
}

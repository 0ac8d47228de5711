import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { holdsImages } from '../../encoders/read-embedded-set.js';
import type { CompareReport } from '../../filtering/compare-report.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import type { FilteredImages } from '../filtering/filtered-images.js';
import { pictureReader, randomPictures } from './small-picture.js';

/** Filters whose images are kept for the page, the first ones. */
const MOST_FILTERS = 4;
/** Images of each side, of which the page shows some at once. */
const DRAWN = 24;

/**
 * Small pictures of random images that each filter dropped and kept; null where the generated set is not images.
 *
 * @param source  how the generated set was opened
 */
export async function makeFilteredImages(
  { generated, filters, plan }: CompareReport,
  { source, signal }: { readonly source?: SourceOptions | undefined; readonly signal?: AbortSignal } = {},
): Promise<FilteredImages | null> {
  if (!(await holdsImages(generated.source, source))) return null;
  const set = await openImageSet(generated.source, source);
  try {
    const picture = pictureReader(set);
    const side = async (ids: readonly string[], ...labels: readonly string[]) => ({
      of: ids.length,
      drawn: await randomPictures(ids, {
        picture,
        random: seededRandom(plan.seed, ...labels),
        most: DRAWN,
        signal,
      }),
    });
    const shown = [];
    for (const { score, dropped, kept } of filters.slice(0, MOST_FILTERS))
      shown.push({
        score,
        dropped: await side(dropped, 'pictures', score, 'dropped'),
        kept: await side(kept, 'pictures', score, 'kept'),
      });
    return { schema: 'steadfid/filtered-images/1', filters: shown };
  } finally {
    await set.close();
  }
}

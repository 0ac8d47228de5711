import { InputError } from '../../errors.js';
import { type WeightMap, weightMap } from '../aggregations/masked-statistics.js';
import { idMatch } from '../id-match.js';
import type { AxisOrder } from '../map-source.js';
import { type PixelMap, pixelMap } from '../pixel-map.js';
import { openMapSource } from './open-map-source.js';

/** Masks or saliency maps, by the ids of the maps that they are for. */
export interface Weights {
  of(id: string, like: PixelMap): Promise<WeightMap>;
  close(): Promise<void>;
}

/**
 * Weights out of a folder or `.npz` of masks or saliency maps, matched by id. Channels are averaged; 8-bit masks are as good
 * as any.
 *
 * @param ids  of the maps: each needs a mask
 * @throws InputError MISSING_IDS if a map has no mask
 */
export async function openWeights(
  source: string,
  { ids, maps, order }: { readonly ids: readonly string[]; readonly maps: string; readonly order: AxisOrder },
): Promise<Weights> {
  const masks = await openMapSource(source, { order });
  if (masks.settings.length > 1) {
    await masks.close();
    throw new InputError('DUPLICATE_IDS', {
      where: source,
      expected: 'masks must be one for each image',
      received: `${masks.settings.length} settings`,
    });
  }
  const others = { source, ids: masks.entries.map(({ id }) => id) };
  const { pairs, imagesAlone } = idMatch({ source: maps, ids }, others, { missing: 'allow' });
  if (imagesAlone.length > 0) {
    await masks.close();
    throw new InputError('MISSING_IDS', {
      where: source,
      expected: `must have a mask for each map of ${maps}`,
      received: `${imagesAlone.length} of ${ids.length} without one (${imagesAlone.slice(0, 5).join(', ')})`,
      help: 'Complete the masks, or aggregate without them.',
    });
  }
  const entries = new Map(masks.entries.map((entry) => [entry.id, entry]));
  return {
    async of(id, like) {
      const mask = pairs.get(id)!;
      const { map } = await entries.get(mask)!.load();
      return weightMap(pixelMap(map, 'mean'), { like, name: `${source}, ${mask}` });
    },
    close: () => masks.close(),
  };
}

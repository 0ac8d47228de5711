import { OptionError } from '../../errors.js';
import type { Aggregation } from '../aggregation.js';
import type { WeightMap } from '../aggregations/masked-statistics.js';
import type { DecodableImage } from '../controls.js';
import type { AxisOrder } from '../map-source.js';
import type { PixelMap } from '../pixel-map.js';
import { openSegmenter } from './open-segmenter.js';
import { openWeights } from './open-weights.js';

/** Weights of any map, from wherever they come. */
export interface Weighing {
  of(id: string, like: PixelMap): Promise<WeightMap>;
  close(): Promise<void>;
}

/**
 * The weights that aggregations need: a folder of masks, or a segmentation network that looks at the images.
 *
 * @param masks  a folder or `.npz` of masks, or an `.onnx`
 * @param imageOf  the image of a map; undefined where no images were given
 * @returns null where no aggregation needs weights
 * @throws OptionError CONFLICTING_OPTIONS if one does and there are none, or the network has no images
 */
export async function openWeighing(
  aggregations: readonly Aggregation[],
  {
    masks,
    ids,
    maps,
    order,
    imageOf,
  }: {
    readonly masks: string | undefined;
    readonly ids: readonly string[];
    readonly maps: string;
    readonly order: AxisOrder;
    readonly imageOf: ((id: string) => DecodableImage) | undefined;
  },
): Promise<Weighing | null> {
  const needing = aggregations.filter(({ needs }) => needs === 'weights');
  if (needing.length === 0) return null;
  if (masks === undefined) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: `--aggregate ${needing.map(({ id }) => id).join(',')}`,
      expected: 'needs a mask or saliency map for each image',
      received: 'none',
      help: 'Pass --masks with a folder of masks named as the maps, or with a segmentation network (.onnx) and --images.',
    });
  }
  if (!masks.toLowerCase().endsWith('.onnx')) return openWeights(masks, { ids, maps, order });
  if (imageOf === undefined) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: `--masks ${masks}`,
      expected: 'a segmentation network needs the images',
      received: 'none',
      help: 'Pass --images with their folder.',
    });
  }
  const segmenter = await openSegmenter(masks);
  return {
    of: async (id, like) => segmenter.foreground(await imageOf(id).decode(), { like, name: imageOf(id).id }),
    close: () => segmenter.close(),
  };
}

import { parsedJson } from '../../encoders/files/json-text.js';
import { readTextFile } from '../../encoders/files/regular-file.js';
import type { Image } from '../../encoders/images/image.js';
import { preprocessImage } from '../../encoders/images/preprocess-image.js';
import type { PixelRange } from '../../encoders/images/preprocessing.js';
import { InputError, ShapeError } from '../../errors.js';
import type { Tensor } from '../../onnx/onnx-session.js';
import { openSessionInThread } from '../../onnx/open-session-apart.js';
import { type WeightMap, weightMap } from '../aggregations/masked-statistics.js';
import type { PixelMap } from '../pixel-map.js';

/** What the `.json` beside a segmentation network says. */
interface SegmenterSidecar {
  readonly input: string;
  readonly outputs: { readonly segmentation: string };
  readonly preprocessing: { readonly range: PixelRange };
}

const HELP =
  'A segmentation network needs a .json of the same name beside it, such as { "input": "images", "outputs": { "segmentation": "out" }, "preprocessing": { "range": { "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225] } } }.';

async function readSidecar(path: string): Promise<SegmenterSidecar> {
  const sidecar = path.replace(/\.onnx$/i, '.json');
  const { z } = await import('zod');
  const channels = z.tuple([z.number(), z.number(), z.number()]);
  const schema = z.object({
    input: z.string(),
    outputs: z.object({ segmentation: z.string() }),
    preprocessing: z.object({
      range: z.union([
        z.enum(['0..255', '0..1', '-1..1', '(x-128)/128']),
        z.strictObject({ mean: channels, std: channels }),
      ]),
    }),
  });
  try {
    return schema.parse(parsedJson(await readTextFile(sidecar), { where: sidecar, help: HELP }));
  } catch (error) {
    if (error instanceof InputError) throw error; // no JSON
    throw new InputError(
      'UNREADABLE_FILE',
      { where: sidecar, expected: 'must say how the network segments', help: HELP },
      { cause: error },
    );
  }
}

/** 1 where the most likely class is not class 0 (the background), for scores (1, classes, height, width). */
function foreground({ dims, data }: Tensor, name: string): PixelMap {
  const [n, classes, height, width] = dims as [number, number, number, number];
  if (dims.length !== 4 || n !== 1 || classes < 2) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: name,
      expected: 'the segmentation must be 1 × classes × height × width, class 0 the background',
      received: `(${dims.join(', ')})`,
    });
  }
  const pixels = height * width;
  const scores = Float64Array.from(data as ArrayLike<number>);
  const mask = new Float64Array(pixels);
  for (let i = 0; i < pixels; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[c * pixels + i]! > scores[best * pixels + i]!) best = c;
    mask[i] = best === 0 ? 0 : 1;
  }
  return { height, width, data: mask };
}

/** A network that tells foreground from background. */
export interface Segmenter {
  foreground(image: Image, options: { readonly like: PixelMap; readonly name: string }): Promise<WeightMap>;
  close(): Promise<void>;
}

/**
 * Opens a segmentation network, `net.onnx` with `net.json` beside it. Images go in at their own size, one at a time; what is
 * not class 0 is foreground, as in BayesDiff's segmentation mean.
 *
 * @throws InputError UNREADABLE_FILE; ShapeError SHAPE_MISMATCH if the mask is not of the map's size
 */
export async function openSegmenter(path: string): Promise<Segmenter> {
  const { input, outputs, preprocessing } = await readSidecar(path);
  const session = await openSessionInThread(path);
  return {
    async foreground(image, { like, name }) {
      const { data, height, width } = preprocessImage(
        image,
        { resize: null, resample: 'pillow-bilinear', crop: 'none', range: preprocessing.range },
        { name },
      );
      const results = await session.run({ [input]: { dims: [1, 3, height, width], data } }, [
        outputs.segmentation,
      ]);
      return weightMap(foreground(results[outputs.segmentation]!, path), {
        like,
        name: `${path} on ${name}`,
      });
    },
    close: () => session.close(),
  };
}

import { readImageFile } from '../../encoders/files/image-file.js';
import { explainedPixels } from '../../encoders/images/formats/image-source.js';
import { pngWithoutTexts } from '../../encoders/images/formats/png-without-texts.js';
import { InputError } from '../../errors.js';
import { type UncertaintyMap, uncertaintyMap } from '../uncertainty-map.js';

/** Kinds whose samples are taken as they are; 8 bits are kept separate, since 256 levels cut a map's tails. */
const KINDS: Readonly<
  Record<string, { readonly bits: 8 | 16 | 32; readonly array: (bytes: ArrayBuffer) => ArrayLike<number> }>
> = {
  'grey16 ushort': { bits: 16, array: (bytes) => new Uint16Array(bytes) },
  'rgb16 ushort': { bits: 16, array: (bytes) => new Uint16Array(bytes) },
  'b-w float': { bits: 32, array: (bytes) => new Float32Array(bytes) },
  'scrgb float': { bits: 32, array: (bytes) => new Float32Array(bytes) },
  'b-w uchar': { bits: 8, array: (bytes) => new Uint8Array(bytes) },
  'srgb uchar': { bits: 8, array: (bytes) => new Uint8Array(bytes) },
};

/** A map out of an image file, and how many bits its samples have. */
export interface ImageMap {
  readonly map: UncertaintyMap;
  readonly bits: 8 | 16 | 32;
}

function unreadable(path: string, expected: string, help: string, cause?: unknown): InputError {
  return new InputError('UNREADABLE_FILE', { where: path, expected, help }, { cause });
}

/**
 * A map out of a PNG (8 or 16 bits) or TIFF (8, 16 bits, float32): the samples as they are stored, without scaling, color
 * management or conversion.
 *
 * @throws InputError UNREADABLE_FILE if it is missing, damaged or of another kind
 */
export async function readImageMap(path: string): Promise<ImageMap> {
  const { default: sharp } = await import('sharp');
  let space: string;
  let depth: string;
  let samples: {
    readonly data: Buffer;
    readonly width: number;
    readonly height: number;
    readonly channels: number;
  };
  try {
    const bytes = pngWithoutTexts(await readImageFile(path));
    const metadata = await sharp(bytes, { failOn: 'warning' }).metadata();
    ({ space, depth } = metadata);
    if (KINDS[`${space} ${depth}`] === undefined || metadata.hasAlpha)
      throw new Error(`${space} with ${depth} samples`);
    const [pixels, most] = [metadata.width * metadata.height, explainedPixels(bytes.length)];
    if (pixels > most)
      throw new Error(
        `${metadata.width} × ${metadata.height} pixels, where its ${bytes.length} bytes explain ${most}`,
      );
    const { data, info } = await sharp(bytes, { failOn: 'warning', ignoreIcc: true })
      .pipelineColourspace(space)
      .toColourspace(space)
      .raw({ depth: depth as 'uchar' | 'ushort' | 'float' })
      .toBuffer({ resolveWithObject: true });
    samples = { data, ...info };
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
    throw unreadable(
      path,
      `must be a map as a gray or RGB image of 8 or 16 bits or 32-bit floats (${said})`,
      'Save the map as .npy, for example numpy.save(path, array).',
      error,
    );
  }
  const { bits, array } = KINDS[`${space} ${depth}`]!;
  const { data, width, height, channels } = samples;
  const values = array(new Uint8Array(data).buffer);
  const pixels = width * height;
  const planar = new Float32Array(pixels * channels);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < channels; c++) planar[c * pixels + i] = values[i * channels + c]!;
  return { map: uncertaintyMap(planar, { channels, height, width, name: path }), bits };
}

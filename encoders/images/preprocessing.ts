/** The resamplers, each named for the library whose numbers it gives. */
export const RESAMPLERS = [
  'pillow-bicubic',
  'pillow-bicubic-float',
  'pillow-bilinear',
  'pillow-lanczos',
  'pillow-box',
  'tf1-bilinear',
  'torch-bilinear',
  'torch-bilinear-antialias',
  'torch-bicubic',
] as const;
export type Resampler = (typeof RESAMPLERS)[number];

/**
 * `none` resizes both sides, whatever the aspect; `center` resizes the short side and cuts the center (OpenAI's CLIP);
 * `center-square-first` cuts the largest centered square and resizes that (CMMD).
 */
export const CROPS = ['none', 'center', 'center-square-first'] as const;
export type Crop = (typeof CROPS)[number];

/** What the bytes 0 … 255 become; a mean and standard deviation apply to 0..1. */
export type PixelRange =
  | '0..255'
  | '0..1'
  | '-1..1'
  | '(x-128)/128'
  | { readonly mean: readonly [number, number, number]; readonly std: readonly [number, number, number] };

/** From image to network input, as data. */
export interface Preprocessing {
  /** a side, a [height, width] pair, or null: images must then share one size */
  readonly resize: number | readonly [number, number] | null;
  readonly resample: Resampler;
  readonly crop: Crop;
  readonly range: PixelRange;
  /** `gray`: as Pillow's `convert('L')`, before anything else; three equal channels, or the one that a network takes. Default `rgb` */
  readonly channels?: 'rgb' | 'gray' | undefined;
}

/** A printable name of the steps, the same for the same steps: `torch-bilinear 299, -1..1`. */
export function preprocessingId({ resize, resample, crop, range, channels }: Preprocessing): string {
  const size =
    resize === null ? 'unresized' : `${resample} ${typeof resize === 'number' ? resize : resize.join('×')}`;
  const cut = crop === 'none' ? [] : [crop];
  const values =
    typeof range === 'string' ? range : `mean ${range.mean.join(' ')}, std ${range.std.join(' ')}`;
  return [size, ...cut, ...(channels === 'gray' ? ['gray'] : []), values].join(', ');
}

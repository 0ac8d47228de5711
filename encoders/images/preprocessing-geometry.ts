import { OptionError } from '../../errors.js';
import type { Preprocessing } from './preprocessing.js';
import { type Axes, type Axis, wholeAxis } from './resamplers/axis.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is cut out of an image, and what that becomes. */
export interface Geometry {
  /** the part of the source that is resized */
  readonly source: Size & { readonly left: number; readonly top: number };
  /** of that part: how it is resized, and which window of the result is kept */
  readonly axes: Axes;
}

/** Half to even, as Python rounds: torchvision's crop offsets. */
function halfToEven(twice: number): number {
  const floor = Math.floor(twice / 2);
  return twice % 2 === 1 && floor % 2 === 1 ? floor + 1 : floor;
}

function whole({ width, height }: Size): Geometry['source'] {
  return { left: 0, top: 0, width, height };
}

/** One axis resized to `output` and cut to the `side` pixels in its middle. */
function centered(input: number, output: number, side: number): Axis {
  return { input, output, start: halfToEven(output - side), length: side };
}

/**
 * Crop and resize of one image as the peers do them.
 *
 * `none`: both sides to the target, whatever the aspect. `center`: torchvision's Resize(side) and CenterCrop(side), the
 * short side becoming `side` and the long one ⌊side · long / short⌋, offsets half to even. `center-square-first`: CMMD's
 * largest centered square at floored offsets, then the resize. A null resize keeps the (cut) size.
 *
 * @throws OptionError CONFLICTING_OPTIONS for `center` without one side to resize to
 */
export function preprocessingGeometry(size: Size, { resize, crop }: Preprocessing): Geometry {
  const { width, height } = size;
  if (crop === 'center') {
    if (typeof resize !== 'number')
      throw new OptionError('CONFLICTING_OPTIONS', {
        where: 'preprocessing',
        expected: 'crop "center" needs resize to be one side',
        received: JSON.stringify(resize),
      });
    const short = Math.min(width, height);
    const long = Math.trunc((resize * Math.max(width, height)) / short);
    return {
      source: whole(size),
      axes: {
        x: centered(width, width <= height ? resize : long, resize),
        y: centered(height, width <= height ? long : resize, resize),
      },
    };
  }
  const square = Math.min(width, height);
  const source =
    crop === 'none'
      ? whole(size)
      : { left: (width - square) >> 1, top: (height - square) >> 1, width: square, height: square };
  const [outHeight, outWidth] =
    resize === null ? [source.height, source.width] : typeof resize === 'number' ? [resize, resize] : resize;
  return {
    source,
    axes: { x: wholeAxis(source.width, outWidth), y: wholeAxis(source.height, outHeight) },
  };
}

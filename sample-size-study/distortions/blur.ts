import type { Image } from '../../encoders/images/image.js';
import { gaussianWindow } from '../../numerics/gaussian-smoothing.js';
import type { Distortion } from './distortion.js';
import { gaussianFilter } from './gaussian-filter.js';
import { FID_PAPER, IMAGENET_C, levelsBySize, levelTable, pairTable } from './level-table.js';
import type { PlanarKernel } from './planar-filter.js';
import { mirroredIndex, planarFilter } from './planar-filter.js';
import type { UnitImage } from './unit-image.js';
import { roundedImage, truncatedImage, unitImage } from './unit-image.js';

const GAUSSIAN = levelTable('sigma', {
  small: [0.4, 0.6, 0.7, 0.8, 1],
  medium: [0.5, 0.75, 1, 1.25, 1.5],
  large: [1, 2, 3, 4, 6],
});

/** Gaussian smoothing with σ in pixels. */
export const gaussianBlur: Distortion = {
  id: 'gaussian-blur',
  title: 'Gaussian blur',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(GAUSSIAN, size),
  apply: (image, parameters) => truncatedImage(gaussianFilter(unitImage(image), parameters['sigma']!)),
};

const DEFOCUS = pairTable(['radius', 'aliasBlur'], {
  small: [
    [0.3, 0.4],
    [0.4, 0.5],
    [0.5, 0.6],
    [1, 0.2],
    [1.5, 0.1],
  ],
  medium: [
    [0.5, 0.6],
    [1, 0.1],
    [1.5, 0.1],
    [2.5, 0.01],
    [3, 0.1],
  ],
  large: [
    [3, 0.1],
    [4, 0.5],
    [6, 0.5],
    [8, 0.5],
    [10, 0.5],
  ],
});

/** A disk of the given radius as a kernel, its edge softened by a small Gaussian (3 × 3; 5 × 5 above radius 8). */
function diskKernel({
  radius,
  aliasBlur,
}: {
  readonly radius: number;
  readonly aliasBlur: number;
}): PlanarKernel {
  const reach = radius <= 8 ? 8 : Math.ceil(radius);
  const side = 2 * reach + 1;
  const disk = Float64Array.from({ length: side * side }, (_, i) => {
    const x = (i % side) - reach;
    const y = Math.floor(i / side) - reach;
    return x * x + y * y <= radius * radius ? 1 : 0;
  });
  const area = disk.reduce((sum, value) => sum + value, 0);
  const softener = gaussianWindow(radius <= 8 ? 3 : 5, aliasBlur);
  const half = (softener.length - 1) / 2;
  const weights = new Float64Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let i = -half; i <= half; i++) {
        for (let j = -half; j <= half; j++) {
          const source = mirroredIndex(y + i, side) * side + mirroredIndex(x + j, side);
          sum += softener[i + half]! * softener[j + half]! * (disk[source]! / area);
        }
      }
      weights[y * side + x] = sum;
    }
  }
  return { side, weights };
}

/** Every point of the image becomes a soft-edged disk, as a lens out of focus draws it. */
export const defocusBlur: Distortion = {
  id: 'defocus-blur',
  title: 'Defocus blur',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(DEFOCUS, size),
  apply(image, parameters) {
    const kernel = diskKernel({ radius: parameters['radius']!, aliasBlur: parameters['aliasBlur']! });
    return truncatedImage(planarFilter(unitImage(image), kernel));
  },
};

/** Gaussian smoothing with σ = 1, 2, 4 pixels. */
export const fidBlur: Distortion = {
  id: 'fid-blur',
  title: 'Gaussian blur (FID paper)',
  source: FID_PAPER,
  levels: () => [{ sigma: 1 }, { sigma: 2 }, { sigma: 4 }],
  apply: (image, parameters) => roundedImage(gaussianFilter(unitImage(image), parameters['sigma']!)),
};

const MOTION = pairTable(['radius', 'sigma'], {
  small: [
    [6, 1],
    [6, 1.5],
    [6, 2],
    [8, 2],
    [9, 2.5],
  ],
  medium: [
    [10, 1],
    [10, 1.5],
    [10, 2],
    [10, 2.5],
    [12, 3],
  ],
  large: [
    [10, 3],
    [15, 5],
    [15, 8],
    [15, 12],
    [20, 15],
  ],
});

/**
 * A one-sided Gaussian trail along a line: Σᵢ wᵢ·x(p + oᵢ), wᵢ ∝ e^(−i²/2σ²), oᵢ the pixel nearest to i steps at the
 * angle (degrees), i = 0 … 2·radius; beyond the edge the edge pixel is read.
 *
 * Agrees with: ImageMagick's -motion-blur within 1 level.
 */
export function motionBlurred(
  { width, height, data }: Image,
  { radius, sigma, angle }: { readonly radius: number; readonly sigma: number; readonly angle: number },
): Image {
  const length = 2 * Math.ceil(radius) + 1;
  const unnormalized = Array.from({ length }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const total = unnormalized.reduce((sum, weight) => sum + weight, 0);
  const sine = Math.sin((angle * Math.PI) / 180);
  const cosine = Math.cos((angle * Math.PI) / 180);
  const taps = unnormalized.map((weight, i) => ({
    weight: weight / total,
    right: Math.ceil(i * cosine - 0.5),
    down: Math.ceil(i * sine - 0.5),
  }));
  const blurred = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const { weight, right, down } of taps) {
          const column = Math.min(Math.max(x + right, 0), width - 1);
          const row = Math.min(Math.max(y + down, 0), height - 1);
          sum += weight * data[3 * (row * width + column) + channel]!;
        }
        blurred[3 * (y * width + x) + channel] = Math.round(sum);
      }
    }
  }
  return { width, height, data: blurred };
}

/** A trail at an angle drawn for each image from −45° to 45°. */
export const motionBlur: Distortion = {
  id: 'motion-blur',
  title: 'Motion blur',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(MOTION, size),
  apply: (image, parameters, random) =>
    motionBlurred(image, {
      radius: parameters['radius']!,
      sigma: parameters['sigma']!,
      angle: -45 + 90 * random(),
    }),
};

const SMALL: readonly (readonly [number, number])[] = [
  [1.06, 0.01],
  [1.11, 0.01],
  [1.16, 0.01],
  [1.21, 0.01],
  [1.26, 0.01],
];
const ZOOM = pairTable(['end', 'step'], {
  small: SMALL,
  medium: SMALL,
  large: [
    [1.11, 0.01],
    [1.16, 0.01],
    [1.21, 0.02],
    [1.26, 0.02],
    [1.31, 0.03],
  ],
});

/** The factors 1, 1 + step, … before `end`, as numpy's arange counts them. */
function zoomFactors({ end, step }: { readonly end: number; readonly step: number }): number[] {
  return Array.from({ length: Math.ceil((end - 1) / step) }, (_, i) => 1 + i * step);
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** Where each pixel of a zoomed axis reads: the center part, stretched so that its end points meet the ends. */
function zoomedAxis(length: number, factor: number): readonly Axis[] {
  const part = Math.ceil(length / factor);
  const start = Math.floor((length - part) / 2);
  const stretched = roundHalfEven(part * factor);
  const trim = Math.floor((stretched - length) / 2);
  const scale = stretched > 1 ? (part - 1) / (stretched - 1) : 0;
  return Array.from({ length }, (_, i) => {
    const position = (i + trim) * scale;
    const low = Math.min(Math.floor(position), part - 1);
    return { low: start + low, high: start + Math.min(low + 1, part - 1), share: position - low };
  });
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The center magnified to the image's own size, with linear interpolation (scipy.ndimage.zoom, order 1). */
function zoomed({ width, height, data }: UnitImage, factor: number): UnitImage {
  const rows = zoomedAxis(height, factor);
  const columns = zoomedAxis(width, factor);
  const result = new Float64Array(data.length);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      for (let channel = 0; channel < 3; channel++) {
        const at = (line: number, position: number) => data[3 * (line * width + position) + channel]!;
        const upper = at(row.low, column.low) * (1 - column.share) + at(row.low, column.high) * column.share;
        const lower =
          at(row.high, column.low) * (1 - column.share) + at(row.high, column.high) * column.share;
        result[3 * (y * width + x) + channel] = upper * (1 - row.share) + lower * row.share;
      }
    });
  });
  return { width, height, data: result };
}

/** The mean of the image and its magnifications. On images that are not square each axis is zoomed by itself. */
export const zoomBlur: Distortion = {
  id: 'zoom-blur',
  title: 'Zoom blur',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(ZOOM, size),
  apply(image, parameters) {
    const sharp = unitImage(image);
    const factors = zoomFactors({ end: parameters['end']!, step: parameters['step']! });
    const sum = Float64Array.from(sharp.data);
    for (const factor of factors) {
      zoomed(sharp, factor).data.forEach((value, i) => {
        sum[i] = sum[i]! + value;
      });
    }
    return truncatedImage({ ...sharp, data: sum.map((value) => value / (factors.length + 1)) });
  },
};

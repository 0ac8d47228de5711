import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, pairTable } from './level-table.js';
import { truncatedImage, type UnitImage, unitImage } from './unit-image.js';

const SMALL: readonly (readonly [number, number])[] = [
  [1.06, 0.01],
  [1.11, 0.01],
  [1.16, 0.01],
  [1.21, 0.01],
  [1.26, 0.01],
];
const TABLE = pairTable(['end', 'step'], {
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
export function zoomFactors({ end, step }: { readonly end: number; readonly step: number }): number[] {
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
    const place = (i + trim) * scale;
    const low = Math.min(Math.floor(place), part - 1);
    return { low: start + low, high: start + Math.min(low + 1, part - 1), share: place - low };
  });
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The center magnified to the image's own size, with linear interpolation (scipy.ndimage.zoom, order 1). */
export function zoomed({ width, height, data }: UnitImage, factor: number): UnitImage {
  const rows = zoomedAxis(height, factor);
  const columns = zoomedAxis(width, factor);
  const result = new Float64Array(data.length);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      for (let channel = 0; channel < 3; channel++) {
        const at = (line: number, place: number) => data[3 * (line * width + place) + channel]!;
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
  levels: (size) => levelsBySize(TABLE, size),
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

import type { PixelMap } from '../pixel-map.js';

/** Index of a pixel beyond the edge: the image is mirrored about its border, the border pixel repeated (d c b a | a b c d). */
function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const within = ((index % period) + period) % period;
  return within < length ? within : period - 1 - within;
}

function alongRows({ height, width, data }: PixelMap, weights: Float64Array): PixelMap {
  const radius = (weights.length - 1) / 2;
  const blurred = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) {
        sum += weights[k + radius]! * data[y * width + mirrored(x + k, width)]!;
      }
      blurred[y * width + x] = sum;
    }
  }
  return { height, width, data: blurred };
}

/** A map with its axes exchanged. */
function transposed({ height, width, data }: PixelMap): PixelMap {
  const values = new Float64Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) values[x * height + y] = data[y * width + x]!;
  return { height: width, width: height, data: values };
}

/**
 * Gaussian blur, cut at 4σ, mirrored at the border.
 *
 * @param sigma  in pixels, above 0
 *
 * Agrees with: scipy.ndimage.gaussian_filter(mode='reflect') to 1e-12, test/reference/uncertainty-maps.json.
 */
export function gaussianBlur(map: PixelMap, { sigma }: { readonly sigma: number }): PixelMap {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kernel = weights.map((weight) => weight / total);
  return transposed(alongRows(transposed(alongRows(map, kernel)), kernel));
}

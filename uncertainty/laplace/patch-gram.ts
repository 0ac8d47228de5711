import { fastInnerProducts } from '../../numerics/fast-products.js';
import {
  type FeatureBatch,
  imagesBetween,
  type LayerShape,
  parametersPerOutput,
  reachOf,
  weightsPerOutput,
} from './layer-shape.js';

/** Rows and columns of a patch. */
type Kernel = LayerShape['kernel'];

/** Values of one product's larger operand: what memory the sums need beside G, 8 bytes each. */
const OPERAND = 2 ** 23;

/** G of all batches so far. */
export interface PatchGram {
  /** Adds a checked batch. */
  add(features: FeatureBatch): Promise<void>;
  /** G, (F̃, F̃) row-major, symmetric */
  gram(): Float64Array;
}

/**
 * G = Σ ψ̃(p)·ψ̃(p)ᵀ over all images and positions, accumulated in float64: the curvature of one output of the last layer, without the noise.
 *
 * No patch is formed. Entry ((c, o), (c′, o′)) is Σ φ_c(q)·φ_c′(q + o′ − o), which depends on the offsets' difference alone but for
 * patches whose center lies outside of the image. For a 3 × 3 patch that is 13 products of C × C in place of the 45 of half of all patches;
 * the few patches beyond the border are taken off.
 *
 * Equals `patches`ᵀ·`patches` to rounding: test/uncertainty/laplace/posterior.test.ts
 */
export function patchGram(layer: LayerShape): PatchGram {
  const { inputs, kernel } = layer;
  const lags = halfPlane(kernel);
  const lagSums = new Float64Array(inputs * inputs * lags.length);
  const weights = weightsPerOutput(layer);
  const pointwise = kernel[0] * kernel[1] === 1;
  const beyond = new Float64Array(pointwise ? 0 : weights * weights);
  const sums = new Float64Array(weights);
  let positions = 0;

  async function addLags(features: FeatureBatch): Promise<void> {
    const planes = shifted(features, [{ y: 0, x: 0 }]);
    const products = await fastInnerProducts(planes, shifted(features, lags));
    for (let i = 0; i < products.length; i++) lagSums[i]! += products[i]!;
  }

  async function addStrips(features: FeatureBatch): Promise<void> {
    for (const strip of stripsBeyond(features, kernel)) {
      const rows = stripRows(features, kernel, strip);
      const own = await fastInnerProducts(rows, rows);
      addAt(beyond, own, { from: rows.n, to: weights, indices: stripIndices(inputs, kernel, strip) });
    }
  }

  return {
    async add(features) {
      const area = features.height * features.width;
      const images = Math.max(1, Math.floor(OPERAND / (lags.length * inputs * area)));
      for (let start = 0; start < features.n; start += images) {
        await addLags(imagesBetween(features, start, Math.min(features.n, start + images)));
      }
      await addStrips(features);
      addWindowSums(sums, features, { kernel, power: 1 });
      positions += features.n * area;
    },
    gram() {
      const size = parametersPerOutput(layer);
      const gram = new Float64Array(size * size);
      const [rows, columns] = kernel;
      const area = rows * columns;
      for (let o = 0; o < area; o++) {
        for (let p = 0; p < area; p++) {
          const y = Math.floor(p / columns) - Math.floor(o / columns);
          const x = (p % columns) - (o % columns);
          const lag = lags.findIndex((candidate) => candidate.y === y && candidate.x === x);
          if (lag < 0) continue; // its mirror image is written with the opposite one
          const left = lag * inputs;
          for (let c = 0; c < inputs; c++) {
            for (let e = 0; e < inputs; e++) {
              const [i, j] = [c * area + o, e * area + p];
              const outside = pointwise ? 0 : beyond[i * weights + j]!;
              const value = lagSums[c * inputs * lags.length + left + e]! - outside;
              gram[i * size + j] = value;
              gram[j * size + i] = value;
            }
          }
        }
      }
      if (layer.bias === 'with') {
        for (let i = 0; i < weights; i++) {
          gram[i * size + weights] = sums[i]!;
          gram[weights * size + i] = sums[i]!;
        }
        gram[size * size - 1] = positions;
      }
      return gram;
    },
  };
}

interface Offset {
  readonly y: number;
  readonly x: number;
}

/** Differences of two offsets in a patch, one of each pair of opposite ones. */
function halfPlane([rows, columns]: Kernel): readonly Offset[] {
  const lags: Offset[] = [];
  for (let y = 0; y < rows; y++)
    for (let x = y === 0 ? 0 : 1 - columns; x < columns; x++) lags.push({ y, x });
  return lags;
}

/** A row for each lag and channel: φ_c(q + lag) over all images and positions q, 0 outside. */
function shifted({ n, channels, height, width, data }: FeatureBatch, lags: readonly Offset[]) {
  const area = height * width;
  const rows = new (data instanceof Float32Array ? Float32Array : Float64Array)(
    lags.length * channels * n * area,
  );
  lags.forEach(({ y, x }, lag) => {
    const [left, right] = [Math.max(0, -x), Math.min(width, width - x)];
    if (left >= right) return;
    for (let c = 0; c < channels; c++) {
      for (let image = 0; image < n; image++) {
        const to = ((lag * channels + c) * n + image) * area;
        const from = (image * channels + c) * area;
        for (let row = Math.max(0, -y); row < Math.min(height, height - y); row++) {
          const start = from + (row + y) * width + x;
          rows.set(data.subarray(start + left, start + right), to + row * width + left);
        }
      }
    }
  });
  return { n: lags.length * channels, d: n * area, data: rows };
}

/** Centers outside of the image in a line, and the rows and columns of the kernel that still reach into it. */
interface Strip {
  readonly centers: { readonly y: readonly [number, number]; readonly x: readonly [number, number] };
  readonly kernel: { readonly y: readonly [number, number]; readonly x: readonly [number, number] };
}

/** Lines of centers above and below, corners included, then left and right. */
function stripsBeyond({ height, width }: FeatureBatch, [rows, columns]: Kernel): readonly Strip[] {
  const [reachY, reachX] = reachOf([rows, columns]);
  const strips: Strip[] = [];
  for (let j = 1; j <= reachY; j++) {
    const x = [-reachX, width + reachX] as const;
    strips.push(
      { centers: { y: [-j, 1 - j], x }, kernel: { y: [reachY + j, rows], x: [0, columns] } },
      {
        centers: { y: [height - 1 + j, height + j], x },
        kernel: { y: [0, reachY - j + 1], x: [0, columns] },
      },
    );
  }
  for (let j = 1; j <= reachX; j++) {
    const y = [0, height] as const;
    strips.push(
      { centers: { y, x: [-j, 1 - j] }, kernel: { y: [0, rows], x: [reachX + j, columns] } },
      { centers: { y, x: [width - 1 + j, width + j] }, kernel: { y: [0, rows], x: [0, reachX - j + 1] } },
    );
  }
  return strips;
}

/** A row for each weight of a strip: its feature under every center. */
function stripRows(
  { n, channels, height, width, data }: FeatureBatch,
  kernel: Kernel,
  { centers, kernel: { y: kernelY, x: kernelX } }: Strip,
) {
  const [reachY, reachX] = reachOf(kernel);
  const perImage = (centers.y[1] - centers.y[0]) * (centers.x[1] - centers.x[0]);
  const count = channels * (kernelY[1] - kernelY[0]) * (kernelX[1] - kernelX[0]);
  const rows = new Float64Array(count * n * perImage);
  let to = 0;
  for (let c = 0; c < channels; c++) {
    for (let ky = kernelY[0]; ky < kernelY[1]; ky++) {
      for (let kx = kernelX[0]; kx < kernelX[1]; kx++) {
        for (let image = 0; image < n; image++) {
          const plane = (image * channels + c) * height * width;
          for (let y = centers.y[0] + ky - reachY; y < centers.y[1] + ky - reachY; y++) {
            for (let x = centers.x[0] + kx - reachX; x < centers.x[1] + kx - reachX; x++) {
              const inside = y >= 0 && y < height && x >= 0 && x < width;
              rows[to++] = inside ? data[plane + y * width + x]! : 0;
            }
          }
        }
      }
    }
  }
  return { n: count, d: n * perImage, data: rows };
}

function stripIndices(
  channels: number,
  [rows, columns]: Kernel,
  { kernel: { y, x } }: Strip,
): readonly number[] {
  const indices: number[] = [];
  for (let c = 0; c < channels; c++)
    for (let ky = y[0]; ky < y[1]; ky++)
      for (let kx = x[0]; kx < x[1]; kx++) indices.push((c * rows + ky) * columns + kx);
  return indices;
}

function addAt(
  matrix: Float64Array,
  part: Float64Array,
  { from, to, indices }: { readonly from: number; readonly to: number; readonly indices: readonly number[] },
): void {
  for (let i = 0; i < from; i++) {
    const row = indices[i]! * to;
    for (let j = 0; j < from; j++) matrix[row + indices[j]!]! += part[i * from + j]!;
  }
}

/** Adds Σ over images and positions of each entry of ψ, or of its square, to (F) sums. */
export function addWindowSums(
  sums: Float64Array,
  { n, channels, height, width, data }: FeatureBatch,
  { kernel, power }: { readonly kernel: Kernel; readonly power: 1 | 2 },
): void {
  const [rows, columns] = kernel;
  const [reachY, reachX] = reachOf(kernel);
  const area = rows * columns;
  for (let image = 0; image < n; image++) {
    for (let c = 0; c < channels; c++) {
      const plane = (image * channels + c) * height * width;
      for (let y = 0; y < height; y++) {
        for (let kx = 0; kx < columns; kx++) {
          let sum = 0;
          const end = plane + y * width + Math.min(width, width + kx - reachX);
          for (let at = plane + y * width + Math.max(0, kx - reachX); at < end; at++) {
            const value = data[at]!;
            sum += power === 1 ? value : value * value;
          }
          // row y is row ky of the patches whose centers, y + reach − ky, lie in the image
          for (let ky = Math.max(0, y + reachY - height + 1); ky <= Math.min(rows - 1, y + reachY); ky++) {
            sums[c * area + ky * columns + kx]! += sum;
          }
        }
      }
    }
  }
}

import type { Image } from '../encoders/images/image.js';
import { gaussianWindow } from '../numerics/gaussian-smoothing.js';

/** Of which values a similarity is: of red, green and blue, each on its own, then their mean; of luma; or of luma rounded to 8 bits. */
export type SimilarityColor = 'rgb' | 'luma' | 'gray';

/** How near a decoded image is to its original. */
export interface ImageSimilarity {
  /** dB; null where no pixel differs, for which it is infinite */
  readonly psnr: number | null;
  /** at most 1, for equal images; null for images smaller than the window */
  readonly ssim: number | null;
  /** 0 to 1; null for images too small to be halved four times */
  readonly msSsim: number | null;
}

/** Values 0 to 255 of one channel, row-major. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

export const SSIM_WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;
const SCALE_WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;
/** Sides that hold a window after four halvings. */
export const LEAST_MS_SSIM_SIDE: number = SSIM_WINDOW * 2 ** (SCALE_WEIGHTS.length - 1);

const WINDOW = gaussianWindow(SSIM_WINDOW, SIGMA);

/** Weights of red, green and blue: of ITU-R BT.601, not rounded after; of MATLAB's rgb2gray, to the nearest integer after. */
const LUMA = {
  luma: [0.299, 0.587, 0.114],
  gray: [0.298936021293776, 0.587043074451121, 0.114020904255103],
} as const;

function planesOf({ width, height, data }: Image, color: SimilarityColor): readonly Plane[] {
  const size = width * height;
  const channel = (c: number) => Float64Array.from({ length: size }, (_, i) => data[3 * i + c]!);
  if (color === 'rgb') return [0, 1, 2].map((c) => ({ width, height, values: channel(c) }));
  const [red, green, blue] = LUMA[color];
  const values = Float64Array.from(
    { length: size },
    (_, i) => red * data[3 * i]! + green * data[3 * i + 1]! + blue * data[3 * i + 2]!,
  );
  if (color === 'gray') for (let i = 0; i < size; i++) values[i] = Math.floor(values[i]! + 0.5);
  return [{ width, height, values }];
}

/** Means over the Gaussian window wherever it lies inside the image. */
function windowMeans({ width, height, values }: Plane): Float64Array {
  const [w, h] = [width - SSIM_WINDOW + 1, height - SSIM_WINDOW + 1];
  const rows = new Float64Array(w * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < w; x++) {
      let sum = 0;
      for (let k = 0; k < SSIM_WINDOW; k++) sum += WINDOW[k]! * values[y * width + x + k]!;
      rows[y * w + x] = sum;
    }
  const means = new Float64Array(w * h);
  for (let k = 0; k < SSIM_WINDOW; k++)
    for (let i = 0; i < means.length; i++) means[i]! += WINDOW[k]! * rows[k * w + i]!;
  return means;
}

/** Means over all windows of (2μ₁μ₂ + C₁)(2σ₁₂ + C₂) / ((μ₁² + μ₂² + C₁)(σ₁² + σ₂² + C₂)), and of its second factor. */
function windowSimilarity(first: Plane, second: Plane): { readonly ssim: number; readonly contrast: number } {
  const product = (a: Plane, b: Plane): Plane => ({
    ...a,
    values: a.values.map((value, i) => value * b.values[i]!),
  });
  const [m1, m2] = [windowMeans(first), windowMeans(second)];
  const squares1 = windowMeans(product(first, first));
  const squares2 = windowMeans(product(second, second));
  const products = windowMeans(product(first, second));
  let ssim = 0;
  let contrast = 0;
  for (let i = 0; i < m1.length; i++) {
    const [a, b] = [m1[i]!, m2[i]!];
    const structure = (2 * (products[i]! - a * b) + C2) / (squares1[i]! - a * a + squares2[i]! - b * b + C2);
    contrast += structure;
    ssim += (structure * (2 * a * b + C1)) / (a * a + b * b + C1);
  }
  return { ssim: ssim / m1.length, contrast: contrast / m1.length };
}

/** Means of 2 × 2 pixels; an odd last row or column is left out. */
function halved({ width, height, values }: Plane): Plane {
  const [w, h] = [width >> 1, height >> 1];
  const means = new Float64Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      means[y * w + x] = (values[at]! + values[at + 1]! + values[at + width]! + values[at + width + 1]!) / 4;
    }
  return { width: w, height: h, values: means };
}

/** Π csᵢ^wᵢ over four halvings, the last factor the whole similarity; a mean below 0 counts as 0. */
function multiScale(first: Plane, second: Plane): number {
  let [a, b] = [first, second];
  let product = 1;
  for (const [scale, weight] of SCALE_WEIGHTS.entries()) {
    const { ssim, contrast } = windowSimilarity(a, b);
    const isLast = scale === SCALE_WEIGHTS.length - 1;
    product *= Math.max(0, isLast ? ssim : contrast) ** weight;
    if (!isLast) [a, b] = [halved(a), halved(b)];
  }
  return product;
}

/**
 * PSNR 10·log₁₀(255²/MSE) over all values; SSIM with the Gaussian window (11 × 11, σ = 1.5, K = 0.01 and 0.03, L = 255), population
 * variances, windows inside the image alone; MS-SSIM with the five published weights and 2 × 2 means between scales. Of `rgb`, SSIM and
 * MS-SSIM are means over the channels, and the MSE is over all of them.
 *
 * @param first   of the same size as the second; which is the original makes no difference
 * @returns higher is better, the most for equal images; symmetric
 *
 * Source: Wang et al. 2004, doi:10.1109/TIP.2003.819861; Wang, Simoncelli and Bovik 2003, doi:10.1109/ACSSC.2003.1292216.
 * Agrees with: skimage.metrics to 1e-12 (PSNR, SSIM) and a NumPy and SciPy writing of MS-SSIM, test/reference/image-similarity.json.
 */
export function imageSimilarity(first: Image, second: Image, color: SimilarityColor): ImageSimilarity {
  const ours = planesOf(first, color);
  const theirs = planesOf(second, color);
  let squares = 0;
  for (const [c, { values }] of ours.entries())
    for (let i = 0; i < values.length; i++) squares += (values[i]! - theirs[c]!.values[i]!) ** 2;
  const count = ours.length * first.width * first.height;
  const side = Math.min(first.width, first.height);
  const meanOver = (similarity: (a: Plane, b: Plane) => number) =>
    ours.reduce((sum, plane, c) => sum + similarity(plane, theirs[c]!), 0) / ours.length;
  return {
    psnr: squares === 0 ? null : 10 * Math.log10((255 ** 2 * count) / squares),
    ssim: side < SSIM_WINDOW ? null : meanOver((a, b) => windowSimilarity(a, b).ssim),
    msSsim: side < LEAST_MS_SSIM_SIDE ? null : meanOver(multiScale),
  };
}

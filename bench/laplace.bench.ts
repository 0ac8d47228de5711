import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertDenoiser } from '../diffusion/models/convert-denoiser.js';
import { openDenoiser } from '../diffusion/open-denoiser.js';
import { fastInnerProducts } from '../numerics/fast-products.js';
import { seededRandom, standardNormals } from '../numerics/seeded-random.js';
import { CELEBA, type DdpmShape, writeRandomDdpm } from '../test/support/random-ddpm.js';
import { curvatureSums } from '../uncertainty/laplace/curvature.js';
import { featureMaps, layerShape } from '../uncertainty/laplace/layer-arrangement.js';
import { type FeatureBatch, patches } from '../uncertainty/laplace/layer-shape.js';
import { curvatureSpectrum, posteriorOf } from '../uncertainty/laplace/posterior.js';
import { openPredictiveVariance } from '../uncertainty/laplace/predictive-variance.js';
import { type QuadraticForm, varianceForm } from '../uncertainty/laplace/variance-form.js';
import { comparison } from './measuring/comparison.js';
import { interleavedProcessorTimes } from './measuring/interleaved.js';
import type { Topic } from './measuring/topic.js';

const QUICK: DdpmShape = { width: 32, multipliers: [1, 2], imageSize: 16, attention: [8] };

export const laplaceTopic: Topic = {
  name: 'laplace',
  about:
    'what a posterior costs beside the network: processor time, a DDPM U-Net of CelebA 64 × 64 with random weights on one thread, two images at a time',
  async run(size) {
    const shape = size === 'full' ? CELEBA : QUICK;
    const rounds = size === 'full' ? 5 : 1;
    const n = 2;
    const folder = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
    const [checkpoint, onnx] = [join(folder, 'ddpm.safetensors'), join(folder, 'net.onnx')];
    writeRandomDdpm(checkpoint, shape);
    await convertDenoiser({ checkpoint, onnx }, { architecture: 'ddpm', imageSize: shape.imageSize });
    const denoiser = await openDenoiser(onnx, { threads: 1 });
    try {
      const { description } = denoiser;
      const pixels = n * 3 * shape.imageSize ** 2;
      const x = Float32Array.from(standardNormals(pixels, seededRandom(1)));
      const batch = { n, x, t: [300, 700] };
      const { epsilon, features } = await denoiser.predict(batch);
      const residuals = standardNormals(pixels, seededRandom(2)).map((value, i) => epsilon[i]! - value);
      const maps = featureMaps(description, features, n);
      const layer = layerShape(description);
      const sums = curvatureSums(layer, 'kept');
      await sums.add({ features: maps, residuals });
      const curvature = sums.curvature();
      const fitted = posteriorOf(curvature);
      const [form, formMs] = await timed(() => varianceForm(fitted));
      const [, spectrumMs] = await timed(() => curvatureSpectrum(fitted));
      const network = await openPredictiveVariance(fitted, description, { threads: 1 });
      const diagonal = await openPredictiveVariance(
        posteriorOf(curvature, { structure: 'diag' }),
        description,
        { threads: 1 },
      );
      const rows = patches(maps, layer);
      const d = rows.length / (n * shape.imageSize ** 2);
      const columns = turned(rows, d);
      const times = await interleavedProcessorTimes(
        [
          { name: 'network pass', run: () => denoiser.predict(batch) },
          { name: 'variance, full', run: () => network.variance(features, n) },
          { name: 'variance, diag', run: () => diagonal.variance(features, n) },
          {
            name: 'sums of a fit, full',
            run: () => curvatureSums(layer, 'kept').add({ features: maps, residuals }),
          },
          {
            name: 'sums of a fit, diag',
            run: () => curvatureSums(layer, 'omitted').add({ features: maps, residuals }),
          },
          { name: 'product of all patches', run: () => fastInnerProducts(columns, columns) },
        ],
        rounds,
      );
      const variance = await network.variance(features, n);
      const against = 'network pass';
      const result = {
        comparisons: [
          comparison(times, { task: 'variance, full', against, most: 0.15 }),
          comparison(times, { task: 'variance, diag', against, most: 0.05 }),
          comparison(times, { task: 'sums of a fit, full', against, most: 0.5 }),
          comparison(times, { task: 'sums of a fit, diag', against, most: 0.05 }),
          comparison(times, { task: 'sums of a fit, full', against: 'product of all patches', most: 0.5 }),
        ],
        figures: {
          'weights of an output': d,
          'factor of the posterior, ms': Math.round(formMs),
          'eigenvalues of the curvature, ms': Math.round(spectrumMs),
          'largest relative error of a float32 variance, 64 pixels': largestError(
            variance,
            { form: form as QuadraticForm, rows, d },
            maps,
          ),
        },
      };
      await network.close();
      await diagonal.close();
      return result;
    } finally {
      await denoiser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function timed<Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}

function turned(rows: Float64Array, d: number) {
  const n = rows.length / d;
  const data = new Float64Array(rows.length);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) data[j * n + i] = rows[i * d + j]!;
  return { n: d, d: n, data };
}

/** Of the first image, against the form in float64. */
function largestError(
  variance: Float32Array,
  { form, rows, d }: { readonly form: QuadraticForm; readonly rows: Float64Array; readonly d: number },
  { height, width }: FeatureBatch,
): number {
  const count = form.offset.length;
  let largest = 0;
  const stride = Math.max(1, Math.floor((height * width) / 64));
  for (let pixel = 0; pixel < height * width; pixel += stride) {
    const patch = rows.subarray(pixel * d, (pixel + 1) * d);
    let exact = form.constant;
    for (let i = 0; i < count; i++) {
      let value = form.offset[i]!;
      for (let j = 0; j <= i; j++) value += form.factor[i * count + j]! * patch[j]!;
      exact += value * value;
    }
    largest = Math.max(largest, Math.abs(variance[pixel]! / exact - 1));
  }
  return Number(largest.toPrecision(2));
}

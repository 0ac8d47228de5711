import { describe, expect, test } from 'vitest';
import type { DenoiserDescription } from '../../../diffusion/denoiser.js';
import { seededRandom, standardNormals } from '../../../numerics/seeded-random.js';
import { curvatureSums } from '../../../uncertainty/laplace/curvature.js';
import {
  featureMaps,
  layerShape,
  outputsOfPixels,
  pixelsOfOutputs,
} from '../../../uncertainty/laplace/layer-arrangement.js';
import { posteriorOf } from '../../../uncertainty/laplace/posterior.js';
import { STRUCTURES } from '../../../uncertainty/laplace/posterior-settings.js';
import { openPredictiveVariance } from '../../../uncertainty/laplace/predictive-variance.js';
import { openSettingVariances } from '../../../uncertainty/laplace/setting-variances.js';
import { exactVariance, varianceForm } from '../../../uncertainty/laplace/variance-form.js';
import { rejected } from '../../support/thrown.js';
import { expectAllClose, FLOAT32_FORM_TOLERANCE } from '../../support/tolerance.js';

type Layer = Pick<DenoiserDescription, 'imageSize' | 'lastLayer'>;

const convolution: Layer = {
  imageSize: [7, 9],
  lastLayer: {
    kind: 'convolution',
    inputChannels: 12,
    outputChannels: 3,
    kernel: [3, 3],
    padding: [1, 1],
    weight: 'w',
    bias: 'b',
  },
};
const tall: Layer = {
  imageSize: 6,
  lastLayer: {
    kind: 'convolution',
    inputChannels: 5,
    outputChannels: 2,
    kernel: [5, 3],
    padding: [2, 1],
    weight: 'w',
    bias: null,
  },
};
const tokens: Layer = {
  imageSize: [4, 6],
  lastLayer: {
    kind: 'linear',
    inputFeatures: 10,
    outputChannels: 3,
    allChannels: 3,
    patch: 2,
    weight: 'w',
    weightAxes: 'output-input',
    bias: 'b',
  },
};

/** Features of n images, correlated among channels. */
function features(description: Layer, n: number, seed: number): Float32Array {
  const { inputs } = layerShape(description);
  const positions = description.lastLayer.kind === 'linear' ? 6 : description === tall ? 36 : 63;
  const normals = standardNormals(n * inputs * positions, seededRandom(seed));
  return Float32Array.from(normals, (value, i) => value + 0.7 * normals[Math.max(0, i - 1)]! + 0.3);
}

async function fitted(description: Layer) {
  const layer = layerShape(description);
  const sums = curvatureSums(layer, 'kept');
  const maps = featureMaps(description, features(description, 8, 1), 8);
  await sums.add({
    features: maps,
    residuals: standardNormals(8 * layer.outputs * maps.height * maps.width, seededRandom(2)),
  });
  return sums.curvature();
}

describe.each(
  Object.entries({ convolution, tall, tokens }),
)('the variance of a last layer, %s, as a network', (_, description) => {
  test.each(STRUCTURES)('equals the exact one of structure %s', async (structure) => {
    const found = posteriorOf(await fitted(description), { structure, noiseSd: 0.5, priorPrecision: 0.1 });
    const layer = layerShape(description);
    const query = features(description, 3, 3);
    const network = await openPredictiveVariance(found, description);
    try {
      const exact = exactVariance(await varianceForm(found), featureMaps(description, query, 3), layer);
      const expected = pixelsOfOutputs(description, Float32Array.from(exact), 3);
      expectAllClose(await network.variance(query, 3), expected, FLOAT32_FORM_TOLERANCE);
    } finally {
      await network.close();
    }
  });

  test.each(
    STRUCTURES,
  )('is the same of structure %s by way of a basis for several settings', async (structure) => {
    const curvature = await fitted(description);
    const posteriors = [
      { noiseSd: 0.5, priorPrecision: 0.1 },
      { noiseSd: 0.5, priorPrecision: 10 },
      { noiseSd: 3, priorPrecision: 1e-3, temperature: 4 },
    ].map((settings) => posteriorOf(curvature, { structure, ...settings }));
    const layer = layerShape(description);
    const query = features(description, 3, 3);
    const { sources, close } = await openSettingVariances(posteriors, description);
    try {
      for (const [i, posterior] of posteriors.entries()) {
        const exact = exactVariance(await varianceForm(posterior), featureMaps(description, query, 3), layer);
        const expected = pixelsOfOutputs(description, Float32Array.from(exact), 3);
        expectAllClose(await sources[i]!(query, 3), expected, FLOAT32_FORM_TOLERANCE);
      }
    } finally {
      await close();
    }
  });

  test('refuses features of another number of images', async () => {
    const network = await openPredictiveVariance(posteriorOf(await fitted(description)), description);
    const one = features(description, 1, 1);
    expect(await rejected(network.variance(one, 2))).toMatch(
      /^SHAPE_MISMATCH features: 2 images must have \d+ × \d+ × \d+ features each; got \d+ values\.$/,
    );
    await network.close();
  });
});

describe('tokens', () => {
  test('outputs (p · patch + q) · channels + c of a token are pixels (p, q) of channel c', () => {
    const pixels = Float32Array.from({ length: 3 * 4 * 6 }, (_, i) => i);
    const outputs = outputsOfPixels(tokens, pixels, 1);
    // token (1, 2), pixel (0, 1) of its patch, channel 2: row 2, column 5
    expect(outputs[(1 * 3 + 2) * 6 + 5]).toBe(2 * 24 + 2 * 6 + 5);
    expect([...pixelsOfOutputs(tokens, outputs, 1)]).toEqual([...pixels]);
  });

  test('one variance of a token is that of all its pixels', () => {
    const pixels = pixelsOfOutputs(tokens, Float32Array.of(1, 2, 3, 4, 5, 6), 1);
    expect([...pixels.subarray(0, 12)]).toEqual([1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3]);
    expect([...pixels.subarray(48, 54)]).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test('features (n, tokens, C) become maps (n, C, h, w)', () => {
    const maps = featureMaps(
      tokens,
      Float32Array.from({ length: 60 }, (_, i) => i),
      1,
    );
    expect([maps.channels, maps.height, maps.width]).toEqual([10, 2, 3]);
    expect([...maps.data.subarray(0, 6)]).toEqual([0, 10, 20, 30, 40, 50]);
  });
});

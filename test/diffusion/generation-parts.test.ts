import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DenoiserBatch } from '../../diffusion/denoiser.js';
import { denoiserPredictor } from '../../diffusion/denoiser-predictor.js';
import { openInitialNoise } from '../../diffusion/files/open-initial-noise.js';
import { imageBytes } from '../../diffusion/image-bytes.js';
import { imageNormals, initialNoise } from '../../diffusion/image-noise.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { imageClasses } from '../../diffusion/sampling-settings.js';
import { npyFile } from '../support/command-files.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected, thrown } from '../support/thrown.js';
import { expectAllClose } from '../support/tolerance.js';

test('imageBytes round half up as torchvision’s save_image: −1 → 0, 0 → 128, 1/255 − … → its byte, and outside is clipped', () => {
  expect([...imageBytes([-1, 0, 1, -3, 7, 2 / 255 - 1, 1 / 255 - 1, 0.99 / 255 - 1], 1)]).toEqual([
    0, 128, 255, 0, 255, 1, 1, 0,
  ]);
  expect([...imageBytes([-1, 1, 1, 1, -1, -1], 3)]).toEqual([0, 255, 0, 255, 255, 0]); // planes to pixels
});

describe('noise of images', () => {
  test('depends on the image and not on its batch', () => {
    const size = 7;
    const all = initialNoise([0, 1, 2, 3], { seed: 9, size });
    expect(initialNoise([2], { seed: 9, size })).toEqual(all.slice(2 * size, 3 * size));
  });

  test('of 50,000 images is not twice the same', () => {
    const first = Array.from({ length: 50_000 }, (_, image) =>
      imageNormals({ seed: 1, image, purpose: 'initial' })(),
    );
    expect(new Set(first).size).toBe(50_000);
  });

  test('has the mean 0, the variance 1 and the fourth moment 3', () => {
    const values = initialNoise([0, 1, 2, 3], { seed: 4, size: 50_000 });
    const moment = (k: number) => values.reduce((sum, value) => sum + value ** k, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.01); // 4 standard errors of 200,000 draws
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.013);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.09);
  });

  test('from a file is a row for each image, whatever the batch; NaN is named with its row', async () => {
    const path = join(temporaryFolder(), 'noise.npy');
    const values = Float32Array.from({ length: 3 * 4 }, (_, i) => i);
    writeFileSync(path, npyFile('<f4', [3, 1, 2, 2], new Uint8Array(values.buffer)));
    const noise = await openInitialNoise(path, { shape: [1, 2, 2], count: 3 });
    expect([...(await noise.rows([2, 0]))]).toEqual([8, 9, 10, 11, 0, 1, 2, 3]);
    await noise.close();
    values[9] = Number.NaN;
    writeFileSync(path, npyFile('<f4', [3, 1, 2, 2], new Uint8Array(values.buffer)));
    const damaged = await openInitialNoise(path, { shape: [1, 2, 2], count: 2 });
    expect(await rejected(damaged.rows([2]))).toBe(
      `NOT_FINITE ${path}: noise must be finite in float32; got NaN in row 2, value 1 (counted from 0).`,
    );
    await damaged.close();
  });
});

describe('guidance', () => {
  test('with scale 3 is −2 ε̂ without class + 3 ε̂ with it, and the last layer of the combined features is that', async () => {
    const denoiser = await openDenoiser(
      await writeSmallDenoiser(temporaryFolder(), { classes: 4, changes: { nullClass: 3 } }),
    );
    const x = initialNoise([0, 1], { seed: 1, size: 192 });
    const asked = (labels: readonly number[]): DenoiserBatch => ({
      n: 2,
      x,
      t: [500, 500],
      y: Int32Array.from(labels),
    });
    const withClass = await denoiser.predict(asked([0, 2]));
    const without = await denoiser.predict(asked([3, 3]));
    const guided = await denoiserPredictor(denoiser, 3).predict({
      n: 2,
      x,
      time: 500,
      y: Int32Array.of(0, 2),
    });
    const combined = (key: 'epsilon' | 'features') =>
      without[key].map((value, i) => -2 * value + 3 * withClass[key][i]!);
    expectAllClose(guided.epsilon, combined('epsilon'), 1e-6);
    expectAllClose(guided.features, combined('features'), 1e-6);
    expect(denoiserPredictor(denoiser, undefined)).toBeDefined();
    await denoiser.close();
  });
});

describe('imageClasses', () => {
  test('drawn labels are even and depend on the image alone', () => {
    const images = Array.from({ length: 4000 }, (_, image) => image);
    const labels = imageClasses(images, undefined, { classes: 4, seed: 2 })!;
    expect(imageClasses([7], { kind: 'uniform' }, { classes: 4, seed: 2 })![0]).toBe(labels[7]);
    for (const label of [0, 1, 2, 3]) {
      const count = labels.filter((value) => value === label).length;
      expect(Math.abs(count - 1000)).toBeLessThan(110); // 4 standard deviations
    }
  });

  test('a class of a network without classes is refused', () => {
    expect(thrown(() => imageClasses([0], { kind: 'uniform' }, { classes: null, seed: 1 }))).toBe(
      'CONFLICTING_OPTIONS --class: needs a network that knows classes; this one knows none. Leave it out.',
    );
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialNoise } from '../diffusion/image-noise.js';
import { convertDenoiser } from '../diffusion/models/convert-denoiser.js';
import { openDenoiser } from '../diffusion/open-denoiser.js';
import { openSession } from '../onnx/onnx-session.js';
import { CELEBA, type DdpmShape, writeRandomDdpm } from '../test/support/random-ddpm.js';
import { generateImages } from '../uncertainty/files/generate-images.js';
import { comparison } from './measuring/comparison.js';
import { interleaved } from './measuring/interleaved.js';
import type { Topic } from './measuring/topic.js';

const QUICK: DdpmShape = { width: 32, multipliers: [1, 2], imageSize: 16, attention: [8] };
/** Times of the grid: one less is how often the network is asked. */
const TIMES = 5;

export const generating: Topic = {
  name: 'generating',
  about:
    'images by DDIM, PNG files included, against ONNX Runtime alone on ready tensors: a DDPM U-Net of CelebA 64 × 64 with random weights, two images at a time',
  async run(size) {
    const shape = size === 'full' ? CELEBA : QUICK;
    const n = 2;
    const folder = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
    const [checkpoint, onnx] = [join(folder, 'ddpm.safetensors'), join(folder, 'net.onnx')];
    writeRandomDdpm(checkpoint, shape);
    await convertDenoiser({ checkpoint, onnx }, { architecture: 'ddpm', imageSize: shape.imageSize });
    const denoiser = await openDenoiser(onnx);
    const { inputs, outputs } = denoiser.description;
    const session = await openSession(onnx, { threads: availableParallelism() });
    const pixels = 3 * shape.imageSize ** 2;
    const x = {
      dims: [n, 3, shape.imageSize, shape.imageSize],
      data: initialNoise([0, 1], { seed: 1, size: pixels }),
    };
    const t = { dims: [n], data: Float32Array.of(300, 300) };
    let run = 0;
    try {
      const times = await interleaved(
        [
          {
            name: 'network alone',
            run: async () => {
              for (let pass = 0; pass < TIMES - 1; pass++)
                await session.run({ [inputs.x]: x, [inputs.t]: t }, [outputs.epsilon]);
            },
          },
          {
            name: 'images and files',
            run: () =>
              generateImages(join(folder, `run-${run++}`), {
                n,
                denoiser,
                posterior: null,
                sampling: {
                  sampler: 'ddim',
                  steps: TIMES,
                  eta: 0,
                  grid: 'uniform',
                  spacing: 'log-snr',
                  end: 't0',
                  clip: 'none',
                  guidance: null,
                  seed: 1,
                },
                keepTimes: [],
                alternatives: [],
                layout: 'steadfid',
                device: 'cpu',
                batchSize: n,
                existing: 'refused',
              }),
          },
        ],
        size === 'full' ? 5 : 1,
      );
      return {
        comparisons: [comparison(times, { task: 'images and files', against: 'network alone', most: 1.11 })],
        figures: { 'passes of the network': TIMES - 1, images: n },
      };
    } finally {
      await session.close();
      await denoiser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

import { openDenoiser } from '../../diffusion/open-denoiser.js';
import type { FitBatch } from '../../uncertainty/laplace/fit-pairs.js';
import { fitPosterior } from '../../uncertainty/laplace/fit-posterior.js';
import { writePosterior } from '../../uncertainty/laplace/posterior-file.js';
import type { PosteriorSettings } from '../../uncertainty/laplace/posterior-settings.js';
import { formulaValues } from './formula-network.js';

/** Fits a posterior of a small denoiser to `n` pairs of formula images and writes it. */
export async function writeSmallPosterior(
  path: string,
  denoiserPath: string,
  { n = 6, settings = {} }: { readonly n?: number; readonly settings?: Partial<PosteriorSettings> } = {},
): Promise<string> {
  const denoiser = await openDenoiser(denoiserPath);
  const { channels, imageSize, classes, schedule } = denoiser.description;
  const shape = [n, channels, imageSize as number, imageSize as number];
  const pairs: FitBatch = {
    n,
    x: formulaValues(91, { shape }),
    noise: formulaValues(92, { shape, scale: 1.7 }),
    t: Int32Array.from({ length: n }, (_, i) => Math.floor((i * schedule.steps) / n)),
    ...(classes === null ? {} : { y: Int32Array.from({ length: n }, (_, i) => i % classes) }),
  };
  try {
    const data = {
      kind: 'fit-set',
      source: 'formula',
      seed: null,
      timesPerImage: 1,
      preprocessing: null,
      shards: null,
      skipped: [],
    } as const;
    await writePosterior(path, await fitPosterior(denoiser, [pairs], { settings, data }));
  } finally {
    await denoiser.close();
  }
  return path;
}

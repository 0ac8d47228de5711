import { pathToFileURL } from 'node:url';
import { writeGeneratedImage } from '../../uncertainty/files/write-generated-image.js';
import type { GenerationSettings } from '../../uncertainty/generation-record.js';
import { formulaValues } from './formula-network.js';

const SHAPE = [3, 8, 8];

/** Writes image 3 in the original study's layout, its values given by a formula: test/reference/bayesdiff-layout.py knows it too. */
export async function writeBayesdiffFolder(folder: string): Promise<void> {
  const values = (tensor: number, scale: number) => formulaValues(tensor, { shape: SHAPE, scale });
  const settings = {
    layout: 'bayesdiff',
    posterior: { noiseSd: 0.001, priorPrecision: 1000 },
    denoiser: { imageShape: SHAPE },
    decoder: null,
  } as unknown as GenerationSettings;
  const moments = { mean: values(302, 1.2), variance: values(303, 0.002) };
  const image = {
    image: 3,
    x: values(301, 1.2),
    moments,
    latentVariance: null,
    byTime: new Map(),
    scores: [],
  };
  await writeGeneratedImage(folder, image, settings);
}

// node dist/test/support/bayesdiff-folder.js FOLDER: what test/reference/bayesdiff-layout.py reads
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await writeBayesdiffFolder(process.argv[2] ?? 'layout');

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readTensor } from '../../encoders/checkpoints/open-checkpoint.js';
import { openNpz } from '../../encoders/files/npz.js';
import { openNpzWriter } from '../../encoders/files/npz-writer.js';
import { readNpy } from '../../encoders/files/read-npy.js';
import { commandHere } from '../support/command-here.js';
import { formulaValues } from '../support/formula-network.js';
import { requireFormat } from '../support/json-formats.js';
import { projectFile } from '../support/project.js';
import { writeSmallDecoder } from '../support/small-decoder.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectNear, FLOAT32_FORM_TOLERANCE, FLOAT32_GENERATION } from '../support/tolerance.js';

interface GenerationCase {
  readonly name: string;
  readonly structure: string;
  readonly flags: string;
  /** values of the maps below 0; of latents, of theirs */
  readonly negative: number;
  readonly x: string;
  readonly variance: string;
  readonly mean?: string;
  readonly latentVariance?: string;
}

const reference = JSON.parse(projectFile('test/reference/generation.json')) as {
  readonly seed: number;
  readonly fit: {
    readonly n: number;
    readonly x: number;
    readonly noise: number;
    readonly noiseScale: number;
    readonly t: number[];
  };
  readonly noiseSd: number;
  readonly priorPrecision: number;
  readonly temperature: number;
  readonly query: { readonly tensor: number; readonly scale: number; readonly t: number[] };
  readonly queryVariance: Readonly<Record<string, string>>;
  readonly cases: readonly GenerationCase[];
};
const IMAGES = [0, 1];

function unpacked(base64: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
}

async function writeArrays(
  path: string,
  arrays: Readonly<Record<string, Float32Array>>,
  t: readonly number[],
): Promise<void> {
  const npz = await openNpzWriter(path, []);
  for (const [name, data] of Object.entries(arrays))
    await npz.array(name, { shape: [t.length, 3, 8, 8], data });
  await npz.array('t', { shape: [t.length], data: BigInt64Array.from(t, BigInt) });
  await npz.commit();
}

async function done(words: readonly string[]): Promise<void> {
  expect((await commandHere(words)).outcome).toBe('done');
}

describe('from a fit set to maps, as numpy does it', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'steadfid-generation-'));
    await writeSmallDenoiser(folder);
    await writeSmallDecoder(folder, { channels: 3, kind: 'curved' });
    const { n, x, noise, noiseScale, t } = reference.fit;
    const shape = [n, 3, 8, 8];
    const values = {
      x: formulaValues(x, { shape }),
      noise: formulaValues(noise, { shape, scale: noiseScale }),
    };
    await writeArrays(at('fit.npz'), values, t);
    const { tensor, scale, t: times } = reference.query;
    await writeArrays(at('inputs.npz'), { x: formulaValues(tensor, { shape: [2, 3, 8, 8], scale }) }, times);
    for (const structure of Object.keys(reference.queryVariance))
      await done([
        ...['laplace', 'fit', '--denoiser', at('small.onnx'), '--fit-set', at('fit.npz')],
        ...['--structure', structure, '--noise-sd', `${reference.noiseSd}`],
        ...['--prior-precision', `${reference.priorPrecision}`, '--temperature', `${reference.temperature}`],
        ...['-o', at(`${structure}.npz`)],
      ]);
    return () => rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.keys(reference.queryVariance))('predict of a posterior that is %s', async (structure) => {
    await done([
      ...['laplace', 'predict', '--denoiser', at('small.onnx'), '--posterior', at(`${structure}.npz`)],
      ...['--inputs', at('inputs.npz'), '-o', at(`${structure}-predicted.npz`)],
    ]);
    const predicted = await openNpz(at(`${structure}-predicted.npz`));
    const { data } = await predicted.array('variance');
    await predicted.close();
    expectNear(data, unpacked(reference.queryVariance[structure]!), FLOAT32_FORM_TOLERANCE);
  });

  test.each(reference.cases)('generate: $name', async ({ structure, flags, ...expected }) => {
    const out = temporaryFolder();
    const isLatent = expected.latentVariance !== undefined;
    await done([
      ...['generate', '--denoiser', at('small.onnx'), '--posterior', at(`${structure}.npz`), '-n', '2'],
      ...['--seed', `${reference.seed}`, ...flags.split(' '), '-o', out],
      ...(isLatent ? ['--decoder', at('decoder.onnx')] : ['--layout', 'bayesdiff']),
    ]);
    const joined = async (map: (id: number) => Promise<Float32Array>) => {
      const maps = await Promise.all(IMAGES.map((image) => map(1_000_000 + image)));
      return Float32Array.from(maps.flatMap((values) => [...values]));
    };
    const npy = async (path: string) => (await readNpy(join(out, path))).data as Float32Array;
    const { noiseSd, priorPrecision } = reference;
    const tensor = async (kind: string, id: number) => {
      const path = join(out, `${kind}_tensors`, `${kind}_${id}_${noiseSd}_${priorPrecision}.0.pth`);
      return (await readTensor(path)).values as Float32Array;
    };
    const variance = await joined((id) => (isLatent ? npy(`maps/img_${id}.npy`) : tensor('var', id)));
    expectNear(variance, unpacked(expected.variance), FLOAT32_GENERATION);
    if (isLatent) {
      const latents = await joined((id) => npy(`latent-maps/img_${id}.npy`));
      expectNear(latents, unpacked(expected.latentVariance!), FLOAT32_GENERATION);
    } else expectNear(await joined((id) => tensor('exp', id)), unpacked(expected.mean!), FLOAT32_GENERATION);
    const record = JSON.parse(readFileSync(join(out, 'generation.json'), 'utf8'));
    requireFormat('generation', record);
    // A value near 0 may fall on the other side of it on another processor.
    expect(Math.abs(record.counts.negatives.elements - expected.negative)).toBeLessThan(3);
  });
});

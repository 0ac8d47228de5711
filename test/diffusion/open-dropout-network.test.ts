import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { admPlan } from '../../diffusion/networks/adm.js';
import { ddpmPlan } from '../../diffusion/networks/ddpm.js';
import type { DenoiserPlan } from '../../diffusion/networks/denoiser-plan.js';
import { parsedDiffusersConfig } from '../../diffusion/networks/diffusers-config.js';
import { diffusersUNetPlan } from '../../diffusion/networks/diffusers-unet.js';
import { openDenoiser } from '../../diffusion/open-denoiser.js';
import { openDropoutNetwork } from '../../diffusion/open-dropout-network.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { type DenoiserCase, denoiserCase, denoiserCheckpoint } from '../support/denoiser-cases.js';
import { expectedOutput, formulaValues, IMAGES } from '../support/formula-network.js';
import { writeSmallDenoiser } from '../support/small-denoiser.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected } from '../support/thrown.js';
import { expectNear, NETWORK_TOLERANCE } from '../support/tolerance.js';

/** The number of the tensor whose values decide the first mask, as test/reference/denoisers.py has it. */
const FIRST_MASK = 2000003;

async function planOf({ tensors, settings, config, dropout }: DenoiserCase): Promise<DenoiserPlan> {
  const checkpoint = denoiserCheckpoint(tensors);
  const rate = { dropout: dropout! };
  if (config === undefined)
    return tensors[0]!.name.startsWith('temb')
      ? ddpmPlan(checkpoint, { ...settings, ...rate })
      : admPlan(checkpoint, { ...settings, ...rate });
  return diffusersUNetPlan(checkpoint, {
    config: await parsedDiffusersConfig(config, 'config.json'),
    imageSize: config['sample_size'] as number,
    schedule: { kind: 'cosine', steps: 1000 },
    assumptions: [],
  });
}

async function written({ graph, description }: DenoiserPlan): Promise<string> {
  const path = join(temporaryFolder(), 'net.onnx');
  writeFileSync(path, await modelBytes(graph.model()));
  writeFileSync(path.replace('.onnx', '.json'), JSON.stringify({ ...description, id: 'net' }));
  return path;
}

describe('openDropoutNetwork', () => {
  test.each([
    'ddpm-dropout',
    'adm-dropout',
    'diffusers-dropout',
  ])('%s: under the same masks the noise is the authors’', async (name) => {
    const reference = denoiserCase(name);
    const { input, times, dropped } = reference;
    const path = await written(await planOf(reference));
    const denoiser = await openDenoiser(path, { threads: 1 });
    const network = await openDropoutNetwork(path, denoiser, { threads: 1 });
    const batch = { n: times.length, x: formulaValues(IMAGES, { shape: input }), t: times };
    expectNear(await denoiser.epsilon(batch), expectedOutput(reference, 'epsilon'), NETWORK_TOLERANCE);
    expect(network.sites.map(({ shape }) => shape)).toEqual(dropped!.shapes);
    const masks = network.sites.map(({ rate, shape }, site) =>
      Uint8Array.from(formulaValues(FIRST_MASK + site, { shape: [batch.n, ...shape] }), (value) =>
        value >= 2 * rate - 1 ? 1 : 0,
      ),
    );
    const epsilon = await network.masked(masks).epsilon(batch);
    await network.close();
    await denoiser.close();
    expectNear(
      epsilon,
      expectedOutput({ ...reference, outputs: { epsilon: dropped!.epsilon } }, 'epsilon'),
      NETWORK_TOLERANCE,
    );
  });

  test('a network without dropout is refused, saying how to have it', async () => {
    const path = await writeSmallDenoiser(temporaryFolder());
    const denoiser = await openDenoiser(path, { threads: 1 });
    expect(await rejected(openDropoutNetwork(path, denoiser))).toBe(
      `CONFLICTING_OPTIONS ${path}: must have dropout layers to draw networks by dropping values; got none. Convert its checkpoint with --dropout P, the chance that it was trained with.`,
    );
    await denoiser.close();
  });
});

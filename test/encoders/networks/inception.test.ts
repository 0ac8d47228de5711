import { describe, expect, test } from 'vitest';
import { INCEPTION_TAPS, inceptionPlan } from '../../../encoders/networks/inception.js';
import { INCEPTION_BLOCKS } from '../../../encoders/networks/inception-layers.js';
import {
  answers,
  expectedOutput,
  type FormulaTensor,
  formulaCheckpoint,
  networkCase,
} from '../../support/formula-network.js';
import { thrown } from '../../support/thrown.js';
import { BATCH_TOLERANCE, expectNear, NETWORK_TOLERANCE } from '../../support/tolerance.js';

const reference = networkCase('inception');
const { tensors, input } = reference;
const single = [1, ...input.slice(1)];

describe('inceptionPlan', () => {
  test('the layer table has 94 convolutions', () => {
    const convolutions = INCEPTION_BLOCKS.flatMap(({ branches }) =>
      branches.flatMap(({ steps, fork = [] }) => [...steps, ...fork]),
    ).filter(({ kind }) => kind === 'convolution');
    expect(convolutions).toHaveLength(94);
  });

  test('embeddings and logits of the whole network are pytorch-fid’s, in batches of any size', async () => {
    const plan = inceptionPlan(formulaCheckpoint(tensors), { tap: '2048' });
    const { embeddings, logits } = await answers(plan, input);
    expectNear(embeddings!, expectedOutput(reference, '2048'), NETWORK_TOLERANCE);
    expectNear(logits!, expectedOutput(reference, 'logits'), NETWORK_TOLERANCE);
    const one = await answers(plan, input, { batchSize: 1 });
    expectNear(one['embeddings']!, embeddings!, BATCH_TOLERANCE);
  });

  test.each(
    INCEPTION_TAPS.filter((tap) => tap !== '2048'),
  )('embeddings at tap %s are the peer’s', async (tap) => {
    const plan = inceptionPlan(formulaCheckpoint(tensors), { tap });
    const expected = expectedOutput(reference, tap).subarray(0, plan.dimensions);
    const { embeddings, logits } = await answers(plan, single);
    expectNear(embeddings!, expected, NETWORK_TOLERANCE);
    expect(logits).toBeUndefined();
  });

  test('names with a prefix are found, as of a whole training state', async () => {
    const wrapped = formulaCheckpoint(tensors, (name) => `state_dict.${name}`);
    expect(inceptionPlan(wrapped, { tap: '64' }).dimensions).toBe(64);
  });

  test('NVIDIA’s names for the same layers are read, batch norm without a factor', () => {
    const renamed: FormulaTensor[] = tensors
      .filter(({ name }) => name.startsWith('Conv2d_') && !/bn\.weight|num_batches/.test(name))
      .map(({ name, ...tensor }) => ({ ...tensor, name: nvidiaName(name) }));
    expect(renamed.map(({ name }) => name)).toContain('layers.conv_4.beta');
    expect(inceptionPlan(formulaCheckpoint(renamed), { tap: '192' }).dimensions).toBe(192);
    const whole = thrown(() => inceptionPlan(formulaCheckpoint(renamed), { tap: '2048' }));
    expect(whole).toContain('must have the tensor layers.mixed.conv.weight; got no such tensor');
  });

  test('a tensor that is missing is named', () => {
    const name = 'Mixed_6c.branch7x7dbl_3.bn.running_var';
    const lacking = formulaCheckpoint(tensors, (each) => (each === name ? undefined : each));
    expect(thrown(() => inceptionPlan(lacking, { tap: '2048' }))).toBe(
      `UNREADABLE_FILE net.pth: an FID Inception must have the tensor ${name}; got no such tensor. ` +
        'Give pytorch-fid’s pt_inception-2015-12-05-6726825d.pth (steadfid models pull inception-v3-fid); ' +
        'torchvision’s Inception is another network.',
    );
  });

  test('torchvision’s Inception of 1,000 classes is refused by its shape', () => {
    const other = tensors.map((tensor) =>
      tensor.name === 'fc.weight' ? { ...tensor, shape: [1000, 2048] } : tensor,
    );
    expect(thrown(() => inceptionPlan(formulaCheckpoint(other), { tap: '2048' }))).toContain(
      'net.pth: an FID Inception must have the tensor fc.weight of shape (1008, 2048); got (1000, 2048). ',
    );
  });
});

const STEM_NODES = ['1a_3x3', '2a_3x3', '2b_3x3', '3b_1x1', '4a_3x3'];
const NVIDIA_PARAMETERS: Readonly<Record<string, string>> = {
  'conv.weight': 'weight',
  'bn.bias': 'beta',
  'bn.running_mean': 'mean',
  'bn.running_var': 'var',
};

function nvidiaName(name: string): string {
  const [, layer, parameter] = /^Conv2d_([^.]+)\.(.+)$/.exec(name) as unknown as [string, string, string];
  const index = STEM_NODES.indexOf(layer);
  return `layers.conv${index === 0 ? '' : `_${index}`}.${NVIDIA_PARAMETERS[parameter]}`;
}

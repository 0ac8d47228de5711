import { describe, expect, test } from 'vitest';
import { dinov2Plan } from '../../../encoders/networks/dinov2.js';
import { interpolatedPositions } from '../../../encoders/networks/interpolated-positions.js';
import {
  answers,
  expectedOutput,
  formulaCheckpoint,
  formulaValues,
  networkCase,
} from '../../support/formula-network.js';
import { thrown } from '../../support/thrown.js';
import { BATCH_TOLERANCE, expectNear, NETWORK_TOLERANCE } from '../../support/tolerance.js';

/** Cubic weights in float64 here and in float32 there. */
const POSITION_TOLERANCE = 1e-6;

describe('dinov2Plan', () => {
  test.each([
    'dinov2',
    'dinov2-gated',
  ])('%s: embeddings are the peer’s, in batches of any size', async (name) => {
    const reference = networkCase(name);
    const plan = dinov2Plan(formulaCheckpoint(reference.tensors));
    const { embeddings } = await answers(plan, reference.input);
    expectNear(embeddings!, expectedOutput(reference, 'embeddings'), NETWORK_TOLERANCE);
    const one = await answers(plan, reference.input, { batchSize: 1 });
    expectNear(one['embeddings']!, embeddings!, BATCH_TOLERANCE);
  });

  test('a network with registers is refused', () => {
    const { tensors } = networkCase('dinov2');
    const registers = [...tensors, { name: 'register_tokens', shape: [1, 4, 128] }];
    expect(thrown(() => dinov2Plan(formulaCheckpoint(registers)))).toBe(
      'UNREADABLE_FILE net.pth: a DINOv2 must have no registers; got register_tokens. ' +
        'Give a backbone of facebookresearch/dinov2 without registers, such as dinov2_vitl14_pretrain.pth.',
    );
  });

  test('a block without LayerScale is refused by the tensor it lacks', () => {
    const { tensors } = networkCase('dinov2');
    const lacking = formulaCheckpoint(tensors, (name) => (name === 'blocks.1.ls2.gamma' ? undefined : name));
    expect(thrown(() => dinov2Plan(lacking))).toContain('the tensor blocks.1.ls2.gamma; got no such tensor');
  });
});

describe('interpolatedPositions', () => {
  test('positions of a 37 × 37 grid at 16 × 16 are torch’s', () => {
    const reference = networkCase('dinov2');
    const index = reference.tensors.findIndex(({ name }) => name === 'pos_embed');
    const positions = formulaValues(index, reference.tensors[index]!).subarray(128);
    const all = interpolatedPositions(positions, { from: 37, to: 16, width: 128 });
    const every8th = Float32Array.from(
      { length: 32 * 128 },
      (_, i) => all[Math.floor(i / 128) * 8 * 128 + (i % 128)]!,
    );
    expectNear(every8th, expectedOutput(reference, 'positions'), POSITION_TOLERANCE);
  });

  test('constant positions stay constant', () => {
    const positions = new Float32Array(25).fill(2);
    expect(interpolatedPositions(positions, { from: 5, to: 3, width: 1 })).toEqual(
      new Float32Array(9).fill(2),
    );
  });
});

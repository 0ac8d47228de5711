import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../encoders/checkpoints/open-checkpoint.js';
import { clipPlan } from '../../../encoders/networks/clip.js';
import { modelBytes } from '../../../onnx/onnx-model.js';
import { answers, expectedOutput, formulaCheckpoint, networkCase } from '../../support/formula-network.js';
import { projectRoot } from '../../support/project.js';
import { thrown } from '../../support/thrown.js';
import { BATCH_TOLERANCE, expectNear, NETWORK_TOLERANCE, relativeError } from '../../support/tolerance.js';

describe('clipPlan', () => {
  test.each([
    ['clip-openai', 'quick-gelu'],
    ['clip-hugging-face', 'quick-gelu'],
    ['clip-hugging-face-gelu', 'gelu'],
  ] as const)('%s: embeddings are the peer’s, in batches of any size', async (name, activation) => {
    const reference = networkCase(name);
    const plan = clipPlan(formulaCheckpoint(reference.tensors), { activation });
    const { embeddings } = await answers(plan, reference.input);
    expectNear(embeddings!, expectedOutput(reference, 'embeddings'), NETWORK_TOLERANCE);
    const one = await answers(plan, reference.input, { batchSize: 1 });
    expectNear(one['embeddings']!, embeddings!, BATCH_TOLERANCE);
  });

  test('the two activations are different networks, and which was taken is said unless it was given', async () => {
    const reference = networkCase('clip-openai');
    const checkpoint = formulaCheckpoint(reference.tensors);
    const { embeddings } = await answers(clipPlan(checkpoint, { activation: 'gelu' }), reference.input);
    expect(relativeError(embeddings!, expectedOutput(reference, 'embeddings'))).toBeGreaterThan(1e-3);
    expect(clipPlan(checkpoint, { activation: 'gelu' }).assumptions).toEqual([]);
    expect(clipPlan(checkpoint).assumptions).toEqual([
      'The activation was taken to be quick-gelu, as in OpenAI’s networks: the file does not say. ' +
        'Pass --activation gelu for those of open_clip (LAION, DataComp).',
    ]);
  });

  test('an archive as OpenAI publishes it is read, sizes from its tensors, and its float16 weights are kept', async () => {
    const reference = networkCase('clip-openai-archive');
    const checkpoint = await openCheckpoint(join(projectRoot, 'test/reference/checkpoints/clip-tiny.pt'));
    const plan = clipPlan(checkpoint);
    expect(plan).toMatchObject({
      dimensions: 32,
      preprocessing: { resize: 16, crop: 'center' },
      assumptions: [],
    });
    const { embeddings } = await answers(plan, reference.input);
    expectNear(embeddings!, expectedOutput(reference, 'embeddings'), NETWORK_TOLERANCE);
    const parameters = 12 * 64 * 64 + 8 * 8 * 3 * 64;
    expect((await modelBytes(plan.graph.model())).length).toBeLessThan(3 * parameters);
    await checkpoint.close();
  });

  test('a wider tower is taken to have 16 heads, as open_clip’s, and that is said unless it was given', () => {
    const wide = networkCase('clip-openai').tensors.map((tensor) => ({
      ...tensor,
      shape: tensor.name.startsWith('visual.')
        ? tensor.shape.map((side) => (side % 128 === 0 ? side * 10 : side))
        : tensor.shape,
    }));
    const checkpoint = formulaCheckpoint(wide);
    expect(clipPlan(checkpoint, { activation: 'gelu' }).assumptions).toEqual([
      'Its layers were taken to have 16 heads, as open_clip’s of width 1280: the file does not say.',
    ]);
    expect(clipPlan(checkpoint, { activation: 'gelu', heads: 20 }).assumptions).toEqual([]);
    expect(thrown(() => clipPlan(checkpoint, { heads: 7 }))).toContain(
      'got visual.conv1.weight of width 1280 and 7 heads',
    );
  });

  test('a tower with a layer that is not CLIP’s is refused by the tensor that nothing took', () => {
    const { tensors } = networkCase('clip-openai');
    const pooled = [...tensors, { name: 'visual.attn_pool.query', shape: [256, 64] }];
    expect(thrown(() => clipPlan(formulaCheckpoint(pooled)))).toContain(
      'a CLIP image tower must have no tensor but its own; got visual.attn_pool.query. ',
    );
  });

  test('a CLIP with a ResNet for images is refused as such', () => {
    const resnet = [
      { name: 'visual.conv1.weight', shape: [32, 3, 3, 3] },
      { name: 'visual.layer1.0.conv1.weight', shape: [64, 64, 1, 1] },
    ];
    expect(thrown(() => clipPlan(formulaCheckpoint(resnet)))).toBe(
      'UNREADABLE_FILE net.pth: a CLIP image tower must be a vision transformer; got a ResNet. ' +
        'Give an OpenAI CLIP of the ViT kind (ViT-B-32.pt, ViT-B-16.pt, ViT-L-14.pt, ViT-L-14-336px.pt) or its Hugging Face copy.',
    );
  });

  test('a CLIP of text alone is refused by the tensor it lacks', () => {
    const text = [{ name: 'text_projection', shape: [64, 32] }];
    expect(thrown(() => clipPlan(formulaCheckpoint(text)))).toContain(
      'net.pth: a CLIP image tower must have the tensor visual.conv1.weight; got no such tensor. ',
    );
  });

  test('a tower whose last layers are cut off is refused by the tensor that does not fit', () => {
    const { tensors } = networkCase('clip-openai');
    const name = 'visual.transformer.resblocks.2.mlp.c_proj.bias';
    const lacking = formulaCheckpoint(tensors, (each) => (each === name ? undefined : each));
    expect(thrown(() => clipPlan(lacking))).toContain(`the tensor ${name}; got no such tensor`);
  });
});

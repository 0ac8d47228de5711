import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { type CutSettings, cutDenoiser } from '../../../diffusion/models/cut-denoiser.js';
import { openDenoiser } from '../../../diffusion/open-denoiser.js';
import type { GraphBuilder } from '../../../onnx/graph-builder.js';
import { modelBytes } from '../../../onnx/onnx-model.js';
import {
  AttributeProto_AttributeType,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
} from '../../../onnx/onnx-schema.js';
import { openSession } from '../../../onnx/onnx-session.js';
import { convolutionDenoiser, tokenDenoiser } from '../../support/cut-networks.js';
import { formulaValues } from '../../support/formula-network.js';
import { smallDenoiser } from '../../support/small-denoiser.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected } from '../../support/thrown.js';

const LINEAR = { kind: 'linear', steps: 1000, betaStart: 1e-4, betaEnd: 0.02 } as const;
const x = formulaValues(3, { shape: [2, 3, 8, 8] });

async function written(graph: GraphBuilder) {
  const folder = temporaryFolder();
  const paths = { network: join(folder, 'net.onnx'), onnx: join(folder, 'cut.onnx') };
  writeFileSync(paths.network, await modelBytes(graph.model()));
  return { folder, paths };
}

const cut = async (graph: GraphBuilder, settings: Partial<CutSettings> = {}) => {
  const { paths } = await written(graph);
  return cutDenoiser(paths, { schedule: LINEAR, ...settings });
};

/** Noise of a file as it was, for two images. */
async function originalNoise(path: string): Promise<Float32Array> {
  const session = await openSession(path);
  const feeds = {
    sample: { dims: [2, 3, 8, 8], data: x },
    timestep: { dims: [2], data: BigInt64Array.of(3n, 900n) },
  };
  const { noise_pred } = await session.run(feeds);
  await session.close();
  return noise_pred!.data as Float32Array;
}

describe('cutDenoiser', () => {
  test('the last convolution’s input becomes an output, and the noise stays what it was', async () => {
    const { paths } = await written(convolutionDenoiser(3));
    const { description, isProved } = await cutDenoiser(paths, { schedule: LINEAR });
    expect(isProved).toBe(true);
    expect(description).toEqual({
      kind: 'denoiser',
      id: 'cut',
      inputs: { x: 'sample', t: 'timestep' },
      outputs: { epsilon: 'noise_pred', features: 'features' },
      imageSize: 8,
      channels: 3,
      classes: null,
      prediction: 'epsilon',
      schedule: LINEAR,
      lastLayer: {
        kind: 'convolution',
        inputChannels: 5,
        outputChannels: 3,
        kernel: [3, 3],
        padding: [1, 1],
        weight: 'last.weight',
        bias: 'last.bias',
      },
    });
    const denoiser = await openDenoiser(paths.onnx);
    const { epsilon, features } = await denoiser.predict({ n: 2, x, t: [3, 900] });
    expect(epsilon).toEqual(await originalNoise(paths.network));
    expect(features.length).toBe(2 * 5 * 64);
    expect(await rejected(denoiser.predict({ n: 2, x, t: [3, 0.5] }))).toBe(
      'OUT_OF_RANGE denoiser cut: t must be a whole number of 0 to 999; got 0.5.',
    );
    await denoiser.close();
  });

  test('of a learned variance the noise alone is taken', async () => {
    const { paths } = await written(convolutionDenoiser(6));
    const { description } = await cutDenoiser(paths, { schedule: LINEAR });
    expect(description.outputs).toEqual({ epsilon: 'noise', features: 'features' });
    const denoiser = await openDenoiser(paths.onnx);
    const { epsilon } = await denoiser.predict({ n: 2, x, t: [3, 900] });
    await denoiser.close();
    const both = await originalNoise(paths.network);
    expect(epsilon.subarray(192)).toEqual(both.subarray(384, 576));
  });

  test('of a transformer the linear layer’s tokens of the image are taken', async () => {
    const { paths } = await written(tokenDenoiser());
    const { description } = await cutDenoiser(paths, { schedule: LINEAR });
    expect(description.lastLayer).toEqual({
      kind: 'linear',
      inputFeatures: 7,
      outputChannels: 3,
      allChannels: 3,
      patch: 2,
      weight: 'decoder.weight',
      weightAxes: 'input-output',
      bias: 'decoder.bias',
    });
    const denoiser = await openDenoiser(paths.onnx);
    const { epsilon, features } = await denoiser.predict({ n: 2, x, t: [3, 900] });
    await denoiser.close();
    expect(features.length).toBe(2 * 16 * 7);
    expect(epsilon).toEqual(await originalNoise(paths.network));
  });

  test('a bias that is added after the last convolution is the layer’s bias', async () => {
    const { paths } = await written(convolutionDenoiser(3, 'bias-added'));
    const { description, isProved } = await cutDenoiser(paths, { schedule: LINEAR });
    expect(isProved).toBe(true);
    expect(description.lastLayer.bias).toBe('added.bias');
    const denoiser = await openDenoiser(paths.onnx);
    expect((await denoiser.predict({ n: 2, x, t: [3, 900] })).epsilon).toEqual(
      await originalNoise(paths.network),
    );
    await denoiser.close();
  });

  test('two biases, or a sum that is no bias, are refused', async () => {
    expect(await rejected(cut(convolutionDenoiser(3, 'two-biases')))).toMatch(
      /the last layer must have one bias; got last\.bias of its own and added\.bias added\./,
    );
    expect(await rejected(cut(convolutionDenoiser(3, 'rows-added')))).toMatch(
      /added\.bias, which is added to the last convolution, must be a bias: a value for each of 3 channels, \(3, 1, 1\); got shape \(8, 1\)\./,
    );
  });

  test('names that are taken are not taken again, and class labels are found by their name', async () => {
    const { graph } = smallDenoiser({ classes: 4 });
    const { description } = await cut(graph, { classes: 4, epsilon: 'epsilon', id: 'mine' });
    expect(description).toMatchObject({
      id: 'mine',
      classes: 4,
      inputs: { x: 'x', t: 't', y: 'y' },
      outputs: { features: 'features_' },
    });
  });

  test('what the file does not say must be told', async () => {
    expect(await rejected(cut(smallDenoiser().graph))).toMatch(
      /^CONFLICTING_OPTIONS --epsilon: must name the noise, one of epsilon float32 \(n, 3, 8, 8\), features/,
    );
    expect(await rejected(cut(smallDenoiser({ classes: 4 }).graph, { epsilon: 'epsilon' }))).toMatch(
      /its inputs must be noisy images, times and perhaps class labels, named by --x, --t and \(with --classes\) --y/,
    );
    expect(await rejected(cut(convolutionDenoiser(3), { imageSize: 16 }))).toBe(
      'CONFLICTING_OPTIONS --image-size: must be the side of the images, whose axes are 8 and 8; got 16.',
    );
  });

  test('a network that does not end in a plain last layer is refused, and nothing is written', async () => {
    const { folder, paths } = await written(convolutionDenoiser(3, 'tanh'));
    expect(await rejected(cutDenoiser(paths, { schedule: LINEAR }))).toMatch(
      /the noise must be what a last Conv, Gemm or MatMul gives, reshaped at most; got Tanh Tanh_\d+ after it\./,
    );
    expect(readdirSync(folder)).toEqual(['net.onnx']);
    expect(await rejected(cut(convolutionDenoiser(3, 'strided')))).toMatch(
      /the last convolution must be plain/,
    );
    expect(await rejected(cut(convolutionDenoiser(4)))).toMatch(
      /last\.weight must give 3 channels, or 6 with a variance; got 4/,
    );
  });

  test('a layer that the noise is not made of alone is found out by a run', async () => {
    const graph = convolutionDenoiser(3);
    const sum = graph.node('Slice', [
      'noise_pred',
      graph.integers([1]),
      graph.integers([9]),
      graph.integers([0]),
    ]);
    graph.output('moved', sum, { type: 'float32', shape: ['m', 3, 8, 8] });
    expect(await rejected(cut(graph, { epsilon: 'moved' }))).toMatch(
      /^CONFLICTING_OPTIONS .*cut\.onnx, output moved: must be the noise, 192 values of float32/,
    );
  });

  test('a network whose dropout draws anew in every run is refused; one that is asleep is cut', async () => {
    const { folder, paths } = await written(smallDenoiser({ dropout: 0.2 }).graph);
    const cutting = (network: string, onnx: string) =>
      cutDenoiser(
        { network: join(folder, network), onnx: join(folder, onnx) },
        { schedule: LINEAR, epsilon: 'epsilon' },
      );
    const proto = fromBinary(ModelProtoSchema, readFileSync(paths.network));
    const dropout = proto.graph!.node.find(({ opType }) => opType === 'Dropout')!;
    const mode = create(TensorProtoSchema, { dataType: 9, rawData: Uint8Array.of(1) });
    const value = { name: 'value', type: AttributeProto_AttributeType.TENSOR, t: mode };
    proto.graph!.node.unshift(
      create(NodeProtoSchema, { opType: 'Constant', output: ['mode'], attribute: [value] }),
    );
    dropout.input.push('mode');
    writeFileSync(join(folder, 'awake.onnx'), toBinary(ModelProtoSchema, proto));
    expect(await rejected(cutting('awake.onnx', 'a.onnx'))).toMatch(
      /awake\.onnx: must pass values on in its dropout layers, as in evaluation; got training_mode in Dropout_\d+\. Export it in evaluation mode/,
    );
    proto.graph!.node[0]!.attribute[0]!.t!.rawData = Uint8Array.of(0);
    writeFileSync(join(folder, 'asleep.onnx'), toBinary(ModelProtoSchema, proto));
    expect((await cutting('asleep.onnx', 'b.onnx')).isProved).toBe(true);
    expect((await cutting('net.onnx', 'c.onnx')).isProved).toBe(true);
  });

  test('a file that is no network is refused', async () => {
    const { paths } = await written(convolutionDenoiser(3));
    writeFileSync(paths.network, readFileSync(paths.network).subarray(0, 500));
    expect(await rejected(cutDenoiser(paths, { schedule: LINEAR }))).toMatch(
      /^UNREADABLE_FILE .*net\.onnx: must be a network in ONNX format/,
    );
  });
});

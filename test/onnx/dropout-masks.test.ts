import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { withDropoutMasks } from '../../onnx/dropout-masks.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
} from '../../onnx/onnx-schema.js';
import { openSession } from '../../onnx/onnx-session.js';
import { thrown } from '../support/thrown.js';

const X = Float32Array.of(1, 2, -3, 4);
const feeds = { x: { dims: [1, 4], data: X } };

/** y = dropout(dropout(x, first) + 1, second), the second without a rate of its own if it is null. */
async function twice(first: number, second: number | null): Promise<Uint8Array> {
  const graph = new GraphBuilder({ name: 'twice' });
  const type = { type: 'float32', shape: ['n', 4] } as const;
  const x = graph.input('x', type);
  const h = graph.node('Add', [graph.node('Dropout', [x, graph.scalar(first)]), graph.scalar(1)]);
  const rate = second === null ? [] : [graph.scalar(second, 'float64')];
  graph.output('y', graph.node('Dropout', [h, ...rate]), type);
  return modelBytes(graph.model());
}

async function answer(model: Uint8Array, masks: Readonly<Record<string, readonly number[]>>) {
  const session = await openSession(model, { threads: 1 });
  const given = Object.entries(masks).map(([name, mask]) => [
    name,
    { dims: [1, mask.length], data: Uint8Array.from(mask) },
  ]);
  const { y } = await session.run({ ...feeds, ...Object.fromEntries(given) }, ['y']);
  await session.close();
  return Array.from(y!.data as Float32Array);
}

describe('withDropoutMasks', () => {
  test('each dropout keeps and scales what its mask says: ((x · m/(1 − 0.2)) + 1) · m′/(1 − 0.5)', async () => {
    const { model, sites } = withDropoutMasks(await twice(0.2, null), 'net.onnx');
    expect(sites.map(({ mask, rate }) => [mask, Number(rate.toFixed(6))])).toEqual([
      ['dropout.0.mask', 0.2],
      ['dropout.1.mask', 0.5],
    ]);
    const masks = { 'dropout.0.mask': [1, 0, 1, 1], 'dropout.1.mask': [1, 1, 0, 1] };
    expect(await answer(model, masks)).toEqual([4.5, 2, -0, 12]);
  });

  test('the network itself passes values on, and so does one mask of 1 for all but for the scale', async () => {
    const network = await twice(0.5, 0.5);
    expect(await answer(network, {})).toEqual([2, 3, -2, 5]);
    const { model } = withDropoutMasks(network, 'net.onnx');
    expect(await answer(model, { 'dropout.0.mask': [1], 'dropout.1.mask': [1] })).toEqual([6, 10, -10, 18]);
  });

  test('the shape of what goes into a dropout is an output', async () => {
    const { model, sites } = withDropoutMasks(await twice(0.2, 0.3), 'net.onnx');
    const session = await openSession(model, { threads: 1 });
    const one = { dims: [1], data: Uint8Array.of(1) };
    const results = await session.run({ ...feeds, 'dropout.0.mask': one, 'dropout.1.mask': one }, [
      sites[1]!.shape,
    ]);
    await session.close();
    expect(Array.from(results[sites[1]!.shape]!.data as BigInt64Array)).toEqual([1n, 4n]);
  });

  test('a rate of 0 is no dropout, and one before opset 12 is an attribute', async () => {
    const network = fromBinary(ModelProtoSchema, await twice(0, 0.3));
    const [first, second] = network.graph!.node.filter(({ opType }) => opType === 'Dropout');
    expect(
      withDropoutMasks(toBinary(ModelProtoSchema, network), 'net.onnx').sites.map(({ mask }) => mask),
    ).toEqual(['dropout.0.mask']);
    second!.input = [second!.input[0]!];
    const ratio = { name: 'ratio', type: AttributeProto_AttributeType.FLOAT, f: 0.25 };
    second!.attribute = [create(AttributeProtoSchema, ratio)];
    first!.input = [first!.input[0]!];
    const { sites } = withDropoutMasks(toBinary(ModelProtoSchema, network), 'net.onnx');
    expect(sites.map(({ rate }) => rate)).toEqual([0.5, 0.25]);
  });

  test('a rate that is a Constant node’s is read; one that is computed is refused, naming the node', async () => {
    const network = fromBinary(ModelProtoSchema, await twice(0.2, 0.3));
    const graph = network.graph!;
    const dropout = graph.node.find(({ opType }) => opType === 'Dropout')!;
    const at = graph.initializer.findIndex(({ name }) => name === dropout.input[1]);
    const [rate] = graph.initializer.splice(at, 1);
    const made = create(NodeProtoSchema, { opType: 'Constant', output: [rate!.name] });
    made.attribute = [
      create(AttributeProtoSchema, { name: 'value', type: AttributeProto_AttributeType.TENSOR, t: rate! }),
    ];
    graph.node.unshift(made);
    const { sites } = withDropoutMasks(toBinary(ModelProtoSchema, network), 'net.onnx');
    expect(Number(sites[0]!.rate.toFixed(6))).toBe(0.2);
    made.opType = 'Identity';
    expect(thrown(() => withDropoutMasks(toBinary(ModelProtoSchema, network), 'net.onnx'))).toBe(
      `CONFLICTING_OPTIONS net.onnx: the rate of its dropout ${dropout.name} must be a constant from 0 to less than 1; got ${rate!.name}, computed.`,
    );
  });
});

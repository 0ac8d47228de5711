import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { ElementType } from '../../onnx/element-type.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { type ByteStream, modelBytes } from '../../onnx/onnx-model.js';
import { ModelProtoSchema } from '../../onnx/onnx-schema.js';

/** y = x · w for w of 2 × 2, in one number type throughout. */
function product(type: 'float32' | 'float64', data: Float32Array | Float64Array): GraphBuilder {
  const graph = new GraphBuilder({ name: 'product' });
  const x = graph.input('x', { type, shape: ['n', 2] });
  const w = graph.constant('w', { type, shape: [2, 2], data });
  graph.output('y', graph.node('MatMul', [x, w]), { type, shape: ['n', 2] });
  return graph;
}

async function run(model: ByteStream, feeds: Record<string, Tensor>) {
  const session = await InferenceSession.create(await modelBytes(model));
  const { y } = await session.run(feeds);
  return { dims: y!.dims, values: Array.from(y!.data as Float32Array, Number) };
}

describe('GraphBuilder', () => {
  test.each([
    ['float32', Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 10, 2, 20, 3, 30)],
    ['float64', Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 10, 2, 20, 3, 30)],
  ] as const)('a MatMul graph in %s runs for any n', async (type, weights, x) => {
    const y = await run(product(type, weights).model(), { x: new Tensor(type, x, [3, 2]) });
    expect(y).toEqual({ dims: [3, 2], values: [31, 42, 62, 84, 93, 126] });
  });

  test('attributes of every kind reach the node: floats from numbers, integers from bigints, text', async () => {
    const graph = new GraphBuilder({ name: 'attributes' });
    const x = graph.input('x', { type: 'float32', shape: [1, 1, 1, 3] });
    const padded = graph.node('Pad', [x, graph.integers([0, 0, 0, 1, 0, 0, 0, 1])], { mode: 'edge' });
    const pooled = graph.node('MaxPool', [padded], { kernel_shape: [1n, 3n], strides: [1n, 2n] });
    const leaky = graph.node('LeakyRelu', [pooled], { alpha: 0.5 });
    graph.output('y', leaky, { type: 'float32', shape: [1, 1, 1, 2] });
    const { values } = await run(graph.model(), {
      x: new Tensor('float32', Float32Array.of(-4, -2, 6), [1, 1, 1, 3]),
    });
    expect(values).toEqual([-1, 6]);
  });

  test('float16 weights are kept as they are and cast when run', async () => {
    const graph = new GraphBuilder({ name: 'half' });
    const x = graph.input('x', { type: 'float32', shape: [2] });
    const bits = Uint16Array.of(0x3c00, 0xc100); // 1, −2.5
    const w = graph.constant('w', { type: 'float16', shape: [2], data: bits });
    const single = graph.node('Cast', [w], { to: 1n });
    graph.output('y', graph.node('Mul', [x, single]), { type: 'float32', shape: [2] });
    const { values } = await run(graph.model(), { x: new Tensor('float32', Float32Array.of(3, 2), [2]) });
    expect(values).toEqual([3, -5]);
  });

  test('a node with several results names each of them', async () => {
    const graph = new GraphBuilder({ name: 'split' });
    const x = graph.input('x', { type: 'float32', shape: [4] });
    const [low, high] = graph.nodeWith({
      operator: 'Split',
      inputs: [x],
      attributes: { axis: 0n },
      outputs: 2,
    });
    graph.output('y', graph.node('Sub', [high!, low!]), { type: 'float32', shape: [2] });
    const { values } = await run(graph.model(), {
      x: new Tensor('float32', Float32Array.of(1, 2, 11, 22), [4]),
    });
    expect(values).toEqual([10, 20]);
  });

  test('the bytes written are the model that protobuf reads back', async () => {
    const graph = product('float64', Float64Array.of(1, 2, 3, 4));
    const model = fromBinary(ModelProtoSchema, await modelBytes(graph.model()));
    expect(model.producerName).toBe('steadfid');
    expect(model.opsetImport.map(({ version }) => version)).toEqual([17n]);
    expect(model.graph!.node.map(({ opType }) => opType)).toEqual(['MatMul', 'Identity']);
    expect(model.graph!.initializer.map(({ name, dims }) => [name, dims])).toEqual([['w', [2n, 2n]]]);
  });

  test('weights are read one at a time, and only when the model is written', async () => {
    const graph = new GraphBuilder({ name: 'lazy' });
    const x = graph.input('x', { type: 'float32', shape: [2] });
    let reads = 0;
    const read = async () => {
      reads++;
      return new Uint8Array(Float32Array.of(5, 7).buffer);
    };
    const w = graph.constant('w', { type: 'float32', shape: [2], read });
    graph.output('y', graph.node('Add', [x, w]), { type: 'float32', shape: [2] });
    const model = graph.model();
    expect(reads).toBe(0);
    const { values } = await run(model, { x: new Tensor('float32', Float32Array.of(1, 1), [2]) });
    expect(values).toEqual([6, 8]);
    expect(reads).toBe(1);
  });

  test('weights in a second file give the same results', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'steadfid-onnx-'));
    try {
      const side = 40; // 6,400 bytes: large enough for the second file, and not a whole page
      const graph = new GraphBuilder({ name: 'external' });
      const x = graph.input('x', { type: 'float32', shape: [1, side] });
      const diagonal = (value: number) =>
        Float32Array.from({ length: side * side }, (_, i) => (i % (side + 1) === 0 ? value : 0));
      const weights = ['two', 'three'].map((name, i) =>
        graph.constant(name, { type: 'float32', shape: [side, side], data: diagonal(i + 2) }),
      );
      const y = weights.reduce((value, weight) => graph.node('MatMul', [value, weight]), x);
      graph.output('y', y, { type: 'float32', shape: [1, side] });
      const model = graph.model({ externalData: { file: 'net.weights' } });
      await writeFile(join(folder, 'net.onnx'), await modelBytes(model));
      await writeFile(join(folder, 'net.weights'), await modelBytes(model.external!));
      const session = await InferenceSession.create(join(folder, 'net.onnx'));
      const ones = new Tensor('float32', new Float32Array(side).fill(1), [1, side]);
      expect(Array.from((await session.run({ x: ones })).y!.data as Float32Array)).toEqual(
        Array(side).fill(6),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('more than 2 GiB of weights in one file is refused, before any of them is read', () => {
    const graph = new GraphBuilder({ name: 'giant' });
    const read = async (): Promise<Uint8Array> => expect.unreachable();
    graph.constant('w', { type: 'float32', shape: [1024, 1024, 512], read });
    expect(() => graph.model()).toThrow(/^ONNX graph giant: one file must stay under 2 GiB; got 2147483/);
    expect(graph.model({ externalData: { file: 'w.bin' } }).external!.byteLength).toBe(2 ** 31);
  });

  test.each<[ElementType, string]>([
    ['float32', 'constant w: float32 of shape (2, 3) must take 24 bytes; got 20.'],
    ['float64', 'constant w: float64 of shape (2, 3) must take 48 bytes; got 20.'],
  ])('%s data of another size than its shape is a ShapeError', (type, message) => {
    const graph = new GraphBuilder({ name: 'short' });
    const data = new Float32Array(5);
    expect(() => graph.constant('w', { type, shape: [2, 3], data })).toThrow(message);
  });

  test('two values of one name are refused', () => {
    const graph = new GraphBuilder({ name: 'twice' });
    graph.scalar(1);
    graph.input('x', { type: 'float32', shape: [] });
    expect(() => graph.input('x', { type: 'float32', shape: [] })).toThrow('graph twice: two values named x');
  });
});

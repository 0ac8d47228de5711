import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { OptionError } from '../../errors.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { type OnnxSession, openSession, type SessionOptions } from '../../onnx/onnx-session.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { tinyNetwork } from '../support/tiny-network.js';
import { expectNear, NETWORK_TOLERANCE } from '../support/tolerance.js';

async function opened(model: string | Uint8Array, options?: SessionOptions): Promise<OnnxSession> {
  const session = await openSession(model, options);
  onTestFinished(() => session.close());
  return session;
}

function product(): Promise<Uint8Array> {
  const graph = new GraphBuilder({ name: 'product' });
  const a = graph.input('a', { type: 'float64', shape: ['m', 'k'] });
  const b = graph.input('b', { type: 'float64', shape: ['k', 'n'] });
  graph.output('ab', graph.node('MatMul', [a, b]), { type: 'float64', shape: ['m', 'n'] });
  graph.output('shape', graph.node('Shape', [a]), { type: 'int64', shape: [2] });
  return modelBytes(graph.model());
}

const feeds = {
  a: { dims: [1, 2], data: Float64Array.of(1, 2) },
  b: { dims: [2, 2], data: Float64Array.of(3, 4, 5, 6) },
};

describe('openSession', () => {
  test('a session multiplies (1 2) by ((3 4) (5 6)) to (13 16)', async () => {
    const { ab } = await (await opened(await product())).run(feeds);
    expect(ab).toMatchObject({ dims: [1, 2], data: Float64Array.of(13, 16) });
  });

  test('a session gives the outputs asked for and no others, int64 as bigints', async () => {
    const results = await (await opened(await product())).run(feeds, ['shape']);
    expect(Object.keys(results)).toEqual(['shape']);
    expect(results.shape.data).toEqual(BigInt64Array.of(1n, 2n));
  });

  test('a session tells names, types and shapes, and gives open sizes by name', async () => {
    const path = join(temporaryFolder(), 'tiny.onnx');
    writeFileSync(path, await tinyNetwork());
    const { inputs, outputs } = await opened(path);
    expect(inputs).toEqual([{ name: 'images', type: 'float32', dims: ['n', 3, 'height', 'width'] }]);
    expect(outputs.map(({ name, dims }) => [name, dims])).toEqual([
      ['features', ['n', 8]],
      ['logits', ['n', 4]],
    ]);
  });

  test('the number of threads and sleeping threads leave the numbers alone, the optimization up to the rounding of float32', async () => {
    const images = { dims: [1, 3, 4, 4], data: Float32Array.from({ length: 48 }, (_, i) => i / 48) };
    const model = await tinyNetwork();
    const plain = await (await opened(model)).run({ images }, ['logits']);
    const logitsWith = async (options: SessionOptions) =>
      (await (await opened(model, options)).run({ images }, ['logits']))['logits']!;
    const settings: SessionOptions[] = [{ threads: 1 }, { threads: 2, idleThreads: 'sleep' }];
    for (const options of settings) expect(await logitsWith(options)).toEqual(plain['logits']);
    // kernels for other layouts of memory may add in another order, on some processors
    const basic = await logitsWith({ graphOptimization: 'basic' });
    expectNear(basic.data as Float32Array, plain['logits']!.data as Float32Array, NETWORK_TOLERANCE);
  });

  test('a missing input and a wrong shape are refused, with what the network takes', async () => {
    const session = await opened(await product());
    await expect(session.run({ a: feeds.a })).rejects.toThrow(
      "network: must run on inputs a float64 (m, k), b float64 (k, n); got a (1, 2): input 'b' is missing in 'feeds'.",
    );
    await expect(session.run({ ...feeds, b: feeds.a })).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  test('a file that is missing or is no network is named', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'text.onnx');
    writeFileSync(path, 'not a network');
    await expect(openSession(path)).rejects.toThrow(`${path}: must be a network in ONNX format; got `);
    await expect(openSession(join(folder, 'none.onnx'))).rejects.toThrow(/none\.onnx failed.*doesn't exist/);
    await expect(openSession(new Uint8Array(8))).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  });

  test('a device that this ONNX Runtime does not have is refused, with what to do', async () => {
    const missing = process.platform === 'win32' ? 'coreml' : 'dml';
    const failure = openSession(await product(), { device: missing });
    await expect(failure).rejects.toThrow(OptionError);
    await expect(failure).rejects.toThrow(
      `device ${missing}: must be one that ONNX Runtime can use here; got ONNX Runtime has no such provider on this system. Use the device cpu.`,
    );
  });
});

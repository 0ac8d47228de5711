import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Encoder } from '../../encoders/encoder.js';
import { encoderOrigin, type OpenEncoderOptions, openEncoder } from '../../encoders/open-encoder.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { openSession } from '../../onnx/onnx-session.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TINY_SIDECAR, tinyNetwork, writeTinyEncoder } from '../support/tiny-network.js';

async function opened(path: string, options?: OpenEncoderOptions): Promise<Encoder> {
  const encoder = await openEncoder(path, options);
  onTestFinished(() => encoder.close());
  return encoder;
}

const images = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => Math.cos(i));
const steps = TINY_SIDECAR.preprocessing;
const shape = { n: 2, height: 4, width: 5 };

describe('openEncoder', () => {
  test('an encoder gives what the network gives, named by what its sidecar says', async () => {
    const encoder = await opened(await writeTinyEncoder(temporaryFolder()));
    const batch = await encoder.encode(images, shape);
    const session = await openSession(await tinyNetwork());
    const { features, logits } = await session.run({ images: { dims: [2, 3, 4, 5], data: images } });
    await session.close();
    expect(batch).toEqual({ n: 2, embeddings: features!.data, d: 8, logits: logits!.data, classes: 4 });
  });

  test('an encoder reads shared memory in place and leaves the caller its images', async () => {
    const encoder = await opened(await writeTinyEncoder(temporaryFolder()));
    const shared = new Float32Array(new SharedArrayBuffer(images.byteLength));
    shared.set(images);
    expect(await encoder.encode(shared, shape)).toEqual(await encoder.encode(images, shape));
    expect(images).toHaveLength(120);
  });

  test('an encoder without logits in its sidecar has none', async () => {
    const path = await writeTinyEncoder(temporaryFolder(), { outputs: { embeddings: 'features' } });
    expect(await (await opened(path)).encode(images, shape)).toMatchObject({ logits: null, classes: 0 });
  });

  test('identity is the sidecar’s id, the file’s SHA-256 and the preprocessing', async () => {
    const path = await writeTinyEncoder(temporaryFolder());
    expect((await opened(path)).identity).toEqual({
      id: 'tiny',
      sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
      preprocessing: 'pillow-bicubic 16, -1..1',
      origin: 'custom',
    });
  });

  test('identity covers weights in a second file', async () => {
    async function hash(folder: string, weight: number): Promise<string | null> {
      const graph = new GraphBuilder({ name: 'external' });
      const input = graph.input('images', { type: 'float32', shape: ['n', 3, 'height', 'width'] });
      const data = new Float32Array(3 * 512).fill(weight);
      const kernel = graph.constant('kernel', { type: 'float32', shape: [512, 3, 1, 1], data });
      const mean = graph.node('GlobalAveragePool', [graph.node('Conv', [input, kernel])]);
      graph.output('features', mean, { type: 'float32', shape: ['n', 512, 1, 1] });
      const model = graph.model({ externalData: { file: 'weights.bin' } });
      const path = join(folder, 'net.onnx');
      for (const [name, stream] of [
        ['net.onnx', model],
        ['weights.bin', model.external!],
      ] as const) {
        const chunks = [];
        for await (const chunk of stream.chunks()) chunks.push(chunk);
        writeFileSync(join(folder, name), Buffer.concat(chunks));
      }
      const sidecar = { ...TINY_SIDECAR, outputs: { embeddings: 'features' } };
      writeFileSync(join(folder, 'net.json'), JSON.stringify(sidecar));
      const encoder = await opened(path);
      expect((await encoder.encode(images, shape)).d).toBe(512);
      return encoder.identity.sha256;
    }
    expect(await hash(temporaryFolder(), 1)).not.toBe(await hash(temporaryFolder(), 2));
  });

  test('a sidecar given by the caller takes the place of the file', async () => {
    const path = await writeTinyEncoder(temporaryFolder());
    rmSync(path.replace('.onnx', '.json'));
    const sidecar = {
      id: 'given',
      input: 'images',
      outputs: { embeddings: 'logits' },
      preprocessing: { resize: null, resample: 'pillow-box', crop: 'none', range: '0..1' },
    } as const;
    const encoder = await opened(path, { sidecar });
    expect(encoder.identity.id).toBe('given');
    expect((await encoder.encode(images, shape)).d).toBe(4);
  });

  test('a sidecar cannot make a network official or one of the suite’s own', async () => {
    const path = await writeTinyEncoder(temporaryFolder(), { origin: 'demo' });
    expect((await opened(path)).identity.origin).toBe('custom');
    const bogus = await writeTinyEncoder(temporaryFolder(), { origin: 'official' });
    await expect(openEncoder(bogus)).rejects.toThrow('origin: must be "demo"; got "official"');
    expect(await encoderOrigin({ path, id: 'tiny', claim: 'demo', origin: 'shipped' })).toBe('demo');
  });

  test('a missing sidecar is asked for, with an example that works', async () => {
    const path = await writeTinyEncoder(temporaryFolder());
    const sidecarPath = path.replace('.onnx', '.json');
    rmSync(sidecarPath);
    const failure: Error = await openEncoder(path).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(failure.message).toContain(
      `${path}: must have ${sidecarPath} beside it. A network needs a .json of the same name beside it, such as\n{`,
    );
    writeFileSync(
      sidecarPath,
      failure.message.slice(failure.message.indexOf('{'), failure.message.lastIndexOf('}') + 1),
    );
    expect((await opened(path)).identity.preprocessing).toBe(
      'pillow-bicubic 224, center, mean 0.485 0.456 0.406, std 0.229 0.224 0.225',
    );
  });

  test.each([
    ['no id', { id: undefined }, 'id: must be text; got nothing'],
    [
      'an unknown resampler',
      { preprocessing: { ...steps, resample: 'bicubic' } },
      'preprocessing.resample: must be one of pillow-bicubic, ',
    ],
    ['a negative side', { preprocessing: { ...steps, resize: -1 } }, 'preprocessing.resize: '],
    [
      'a standard deviation of 0',
      { preprocessing: { ...steps, range: { mean: [0, 0, 0], std: [1, 0, 1] } } },
      'preprocessing.range.std[1]: must be above 0; got 0',
    ],
    [
      'a misspelled output',
      { outputs: { embeddings: 'features', logit: '' } },
      'outputs.logit: must not be there',
    ],
  ])('a sidecar with %s is refused, field and reason named', async (_what, changes, message) => {
    const path = await writeTinyEncoder(temporaryFolder(), changes);
    await expect(openEncoder(path)).rejects.toThrow(`${path.replace('.onnx', '.json')}, ${message}`);
  });

  test.each([
    [
      'input',
      { input: 'pixels' },
      'the network must have one input, named pixels as its sidecar says; got images (n, 3, height, width).',
    ],
    [
      'output',
      { outputs: { embeddings: 'pool' } },
      'the network must have an output pool for its embeddings, as its sidecar says; got features (n, 8), logits (n, 4).',
    ],
  ])('an %s that the network does not have is refused, with those that it has', async (_what, changes, message) => {
    const path = await writeTinyEncoder(temporaryFolder(), changes);
    await expect(openEncoder(path)).rejects.toThrow(`${path}: ${message}`);
  });

  test('an output that is no vector for each image is refused when it comes', async () => {
    const folder = temporaryFolder();
    const graph = new GraphBuilder({ name: 'maps' });
    const input = graph.input('images', { type: 'float32', shape: ['n', 3, 'height', 'width'] });
    graph.output('features', graph.node('Relu', [input]), {
      type: 'float32',
      shape: ['n', 3, 'height', 'width'],
    });
    const path = await writeTinyEncoder(folder, { outputs: { embeddings: 'features' } });
    const chunks = [];
    for await (const chunk of graph.model().chunks()) chunks.push(chunk);
    writeFileSync(path, Buffer.concat(chunks));
    const encoder = await opened(path);
    await expect(encoder.encode(images, shape)).rejects.toThrow(
      `${path}, output features: must be one vector for each of 2 images; got shape (2, 3, 4, 5).`,
    );
  });

  test('missing files, files of another kind and damaged networks are named', async () => {
    const folder = temporaryFolder();
    await expect(openEncoder(join(folder, 'none.onnx'))).rejects.toThrow('none.onnx: no such file.');
    await expect(openEncoder(join(folder, 'net.pth'))).rejects.toThrow(
      'net.pth: must be a network in ONNX format',
    );
    const path = await writeTinyEncoder(folder);
    writeFileSync(path, readFileSync(path).subarray(0, 500));
    await expect(openEncoder(path)).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  });

  test('a network that is closed while it runs says so', async () => {
    const encoder = await openEncoder(await writeTinyEncoder(temporaryFolder()));
    const running = encoder.encode(new Float32Array(64 * 3 * 256 * 256), { n: 64, height: 256, width: 256 });
    await Promise.all([expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' }), encoder.close()]);
  });
});

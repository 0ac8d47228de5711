import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { embeddings } from '../../encoders/embeddings-in-memory.js';
import type { Image } from '../../encoders/images/image.js';
import { preprocessImage } from '../../encoders/images/preprocess-image.js';
import { parsedSidecar } from '../../encoders/sidecar.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected } from '../support/thrown.js';

const recipes = [...projectFile('docs/own-networks.md').matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, json]) => json!,
);

/** Means of the channels as (n, channels), or with the largest beside them as the second of two tokens, (n, 2, channels). */
function network(
  { input, output }: { readonly input: string; readonly output: string },
  { channels, tokens }: { readonly channels: 1 | 3; readonly tokens: 1 | 2 },
): Promise<Uint8Array> {
  const graph = new GraphBuilder({ name: 'means' });
  const images = graph.input(input, { type: 'float32', shape: ['n', channels, 'height', 'width'] });
  const pooled = (node: string) => graph.node('Flatten', [graph.node(node, [images])]);
  if (tokens === 1) {
    graph.output(output, pooled('GlobalAveragePool'), { type: 'float32', shape: ['n', channels] });
  } else {
    const axes = graph.constant('axes', { type: 'int64', shape: [1], data: BigInt64Array.of(1n) });
    const each = ['GlobalAveragePool', 'GlobalMaxPool'].map((node) =>
      graph.node('Unsqueeze', [pooled(node), axes]),
    );
    graph.output(output, graph.node('Concat', each, { axis: 1n }), {
      type: 'float32',
      shape: ['n', 2, channels],
    });
  }
  return modelBytes(graph.model());
}

async function encoderOf(
  json: string,
  options: { readonly channels: 1 | 3; readonly tokens: 1 | 2 },
): Promise<string> {
  const { input, outputs } = await parsedSidecar(json, 'net.json');
  const path = join(temporaryFolder(), 'net.onnx');
  writeFileSync(path, await network({ input, output: outputs.embeddings }, options));
  writeFileSync(path.replace('.onnx', '.json'), json);
  return path;
}

/** Left half black, right half of one color. */
function halves(color: readonly [number, number, number]): Image {
  const data = new Uint8Array(4 * 4 * 3);
  for (let at = 0; at < 16; at++) if (at % 4 >= 2) data.set(color, 3 * at);
  return { width: 4, height: 4, data };
}

const IMAGE = halves([200, 100, 50]);

async function vectorOf(path: string): Promise<readonly number[]> {
  const set = await embeddings([IMAGE], { encoder: path });
  return Array.from(set.embeddings!.data);
}

/** What a recipe makes of the image, by the mean of each channel. */
async function channelMeans(json: string): Promise<readonly number[]> {
  const { preprocessing } = await parsedSidecar(json, 'net.json');
  const { data } = preprocessImage(IMAGE, preprocessing, { name: 'image' });
  const area = data.length / 3;
  return [0, 1, 2].map(
    (channel) =>
      data.subarray(channel * area, (channel + 1) * area).reduce((sum, one) => sum + one, 0) / area,
  );
}

function expectNear(received: readonly number[], expected: readonly number[]): void {
  expect(received).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(received[i]).toBeCloseTo(value, 3);
  });
}

describe('docs/own-networks.md', () => {
  test('has three recipes, each a sidecar', async () => {
    expect(recipes).toHaveLength(3);
    for (const json of recipes) await parsedSidecar(json, 'net.json');
  });

  test('a pooled output is taken as it is', async () => {
    const [siglip] = recipes;
    expectNear(
      await vectorOf(await encoderOf(siglip!, { channels: 3, tokens: 1 })),
      await channelMeans(siglip!),
    );
  });

  test('of tokens the first is taken, or the mean of all', async () => {
    const dino = recipes[1]!;
    const means = await channelMeans(dino);
    const first = await vectorOf(await encoderOf(dino, { channels: 3, tokens: 2 }));
    expectNear(first, means);
    const all = dino.replace('"first"', '"mean"');
    const mean = await vectorOf(await encoderOf(all, { channels: 3, tokens: 2 }));
    mean.forEach((value, channel) => {
      expect(value).toBeGreaterThan(means[channel]! + 0.1); // the largest pulls it up
    });
  });

  test('sets of two tokens of one file have different identities', async () => {
    const dino = recipes[1]!;
    const identities = await Promise.all(
      [dino, dino.replace('"first"', '"mean"')].map(async (json) => {
        const path = await encoderOf(json, { channels: 3, tokens: 2 });
        return (await embeddings([IMAGE], { encoder: path })).encoder;
      }),
    );
    expect(identities[0]!.sha256).toBe(identities[1]!.sha256);
    expect(identities[0]!.preprocessing).toMatch(/, first token$/);
    expect(identities[1]!.preprocessing).toMatch(/, mean token$/);
  });

  test.each([
    1, 3,
  ] as const)('a gray image is Pillow’s luma, 124 of 200, 100, 50, in %i channels', async (channels) => {
    const gray = recipes[2]!;
    const half = (124 / 127.5 - 1 - 1) / 2; // black is −1
    const found = await vectorOf(await encoderOf(gray, { channels, tokens: 1 }));
    expect(found).toHaveLength(channels);
    for (const value of found) expect(value).toBeCloseTo(half, 2);
  });

  test('of several gray images each keeps its own channel', async () => {
    const path = await encoderOf(recipes[2]!, { channels: 1, tokens: 1 });
    const images = [halves([255, 255, 255]), halves([0, 0, 0]), IMAGE];
    const { embeddings: rows } = await embeddings(images, { encoder: path });
    const expected = [0, -1, (124 / 127.5 - 1 - 1) / 2];
    expected.forEach((value, i) => {
      expect(rows!.data[i]).toBeCloseTo(value, 2);
    });
  });

  test('what a sidecar does not say is asked for', async () => {
    const colored = recipes[2]!.replace(', "channels": "gray"', '');
    const one = await encoderOf(colored, { channels: 1, tokens: 1 });
    expect(await rejected(embeddings([IMAGE], { encoder: one }))).toContain(
      'takes one channel, and its sidecar must say "channels": "gray" in "preprocessing"',
    );
    const tokens = await encoderOf(recipes[1]!.replace(', "token": "first"', ''), { channels: 3, tokens: 2 });
    expect(await rejected(embeddings([IMAGE], { encoder: tokens }))).toContain(
      'give "token": "first" or "mean"',
    );
    const pooled = await encoderOf(recipes[1]!, { channels: 3, tokens: 1 });
    expect(await rejected(embeddings([IMAGE], { encoder: pooled }))).toContain(
      'must be (n, tokens, d) for "token": "first"',
    );
  });
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { openEncoder } from '../../encoders/open-encoder.js';
import { parsedSidecar, type Sidecar } from '../../encoders/sidecar.js';
import { EMOJI_SIDE, emojiIds, emojiPixels, heldOutEmoji } from '../support/emoji.js';
import { projectFile, projectRoot } from '../support/project.js';

const NETWORKS = ['demo-inception', 'demo-clip'] as const;
const IMAGE = 3 * EMOJI_SIDE * EMOJI_SIDE;
/** float32 sums of up to a few thousand terms whose order may change with the batch, of the largest entry. */
const BATCH_TOLERANCE = 1e-6;

interface Vectors {
  readonly n: number;
  readonly d: number;
  readonly data: Float32Array;
}

function sidecarOf(id: string): Promise<Sidecar> {
  const path = `encoders/demo/${id}.json`;
  return parsedSidecar(projectFile(path), path);
}

/** 0 … 255 to the range that the sidecar names. */
function ranged(pixels: Float32Array, { preprocessing: { range } }: Sidecar): Float32Array {
  if (range === '-1..1') return pixels.map((value) => value / 127.5 - 1);
  if (typeof range === 'string') throw new Error(`no demo encoder has the range ${range}`);
  const plane = EMOJI_SIDE * EMOJI_SIDE;
  return pixels.map((value, i) => {
    const channel = Math.floor(i / plane) % 3;
    return (value / 255 - range.mean[channel]!) / range.std[channel]!;
  });
}

async function outputs(
  id: (typeof NETWORKS)[number],
  pixels: Float32Array,
  batchSize: number = pixels.length / IMAGE,
): Promise<Record<string, Vectors>> {
  const images = ranged(pixels, await sidecarOf(id));
  const session = await InferenceSession.create(`${projectRoot}encoders/demo/${id}.onnx`);
  const n = images.length / IMAGE;
  const parts: Record<string, Float32Array[]> = {};
  for (let start = 0; start < n; start += batchSize) {
    const batch = images.subarray(start * IMAGE, Math.min(start + batchSize, n) * IMAGE);
    const dims = [batch.length / IMAGE, 3, EMOJI_SIDE, EMOJI_SIDE];
    const results = await session.run({ images: new Tensor('float32', batch, dims) });
    for (const name of session.outputNames)
      (parts[name] ??= []).push(Float32Array.from(results[name]!.data as Float32Array));
  }
  await session.release();
  return Object.fromEntries(
    Object.entries(parts).map(([name, arrays]) => {
      const data = Float32Array.from(arrays.flatMap((array) => [...array]));
      return [name, { n, d: data.length / n, data }];
    }),
  );
}

function row({ d, data }: Vectors, i: number): Float32Array {
  return data.subarray(i * d, (i + 1) * d);
}

/** Rows of length 1, whose products are cosines. */
function unitLength(rows: Vectors): readonly Float32Array[] {
  return Array.from({ length: rows.n }, (_, i) => {
    const values = row(rows, i);
    const length = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
    return values.map((x) => x / length);
  });
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

/** Share of rows of the first for which the row of the same place is among the five most similar of the second. */
function recallAt5(first: Vectors, second: Vectors): number {
  const [own, others] = [unitLength(first), unitLength(second)];
  const found = own.filter((values, i) => {
    const same = product(values, others[i]!);
    return others.filter((other) => product(values, other) > same).length < 5;
  });
  return found.length / first.n;
}

/** Images as their own embeddings, white being zero. */
function rawPixels(pixels: Float32Array): Vectors {
  return { n: pixels.length / IMAGE, d: IMAGE, data: pixels.map((value) => 255 - value) };
}

function argmax(values: Float32Array): number {
  return values.reduce((best, value, j) => (value > values[best]! ? j : best), 0);
}

describe('the demo encoders', () => {
  let heldOut: ReadonlyMap<string, string>;
  let ids: readonly string[];
  let noto: Float32Array;
  let twemoji: Float32Array;
  let recallOfPixels: number;

  beforeAll(async () => {
    heldOut = heldOutEmoji(new Set(await emojiIds('noto')));
    ids = [...heldOut.keys()];
    noto = await emojiPixels('noto', ids);
    twemoji = await emojiPixels('twemoji', ids);
    recallOfPixels = recallAt5(rawPixels(noto), rawPixels(twemoji));
  });

  test('the three shipped sets hold the same 1,707 emoji', async () => {
    const reference = await emojiIds('noto');
    expect(reference).toHaveLength(1707);
    expect(await emojiIds('twemoji')).toEqual(reference);
    expect(await emojiIds('noto-blurred')).toEqual(reference);
  });

  test.each(NETWORKS)('%s is at most 4 MB and the file that training.json describes', (id) => {
    const bytes = readFileSync(`${projectRoot}encoders/demo/${id}.onnx`);
    const { sha256, sizeBytes } = JSON.parse(projectFile('encoders/demo/training.json'))[id];
    expect(bytes.length).toBeLessThanOrEqual(4_000_000);
    expect(bytes.length).toBe(sizeBytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  });

  test.each(
    NETWORKS,
  )('%s says that it is a demo encoder, with license, attribution and recipe', async (id) => {
    const encoder = await openEncoder(`${projectRoot}encoders/demo/${id}.onnx`);
    await encoder.close();
    expect(encoder.identity).toMatchObject({ id, origin: 'demo' });
    const { license, attribution, recipe } = JSON.parse(projectFile(`encoders/demo/${id}.json`));
    expect(license).toBe('Apache-2.0');
    expect(attribution).toContain('Twemoji graphics © Twitter, Inc and other contributors, CC-BY 4.0');
    expect(recipe).toContain('encoders/demo/train.py');
  });

  test.each([
    ['Noto', () => noto],
    ['Twemoji', () => twemoji],
  ])('demo-inception names the kind of more than a third of the %s emoji it was never shown, of 98 kinds', async (_style, pixels) => {
    const { classes } = JSON.parse(projectFile('encoders/demo/training.json'))['demo-inception'] as {
      classes: string[];
    };
    const { logits } = await outputs('demo-inception', pixels());
    const right = ids.filter((id, i) => classes[argmax(row(logits!, i))] === heldOut.get(id));
    expect(logits!.d).toBe(98);
    // chance is 1 in 98; always naming the largest kind is right for about 1 in 7
    expect(right.length / ids.length).toBeGreaterThan(1 / 3);
  });

  test.each(
    NETWORKS,
  )('%s finds the Twemoji of Noto emoji it was never shown better than pixels do', async (id) => {
    const first = (await outputs(id, noto))['embeddings']!;
    const second = (await outputs(id, twemoji))['embeddings']!;
    expect(first.n).toBeGreaterThan(300);
    const recall = recallAt5(first, second);
    // chance is 5 in 348
    expect(recall).toBeGreaterThan(2 / 3);
    expect(recall).toBeGreaterThan(recallOfPixels);
  });

  test.each(NETWORKS)('%s gives the same in batches of 1, 7 and all', async (id) => {
    const pixels = noto.subarray(0, 30 * IMAGE);
    const whole = await outputs(id, pixels);
    for (const batchSize of [1, 7]) {
      const pieces = await outputs(id, pixels, batchSize);
      for (const [name, { data }] of Object.entries(whole)) {
        const scale = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
        const error = data.reduce((worst, x, i) => Math.max(worst, Math.abs(x - pieces[name]!.data[i]!)), 0);
        expect(error / scale).toBeLessThanOrEqual(BATCH_TOLERANCE);
      }
    }
  });

  test.each(NETWORKS)('%s uses every dimension of its embeddings', async (id) => {
    const { embeddings } = await outputs(id, noto);
    const { n, d, data } = embeddings!;
    expect(d).toBe(64);
    for (let j = 0; j < d; j++) {
      const column = Float64Array.from({ length: n }, (_, i) => data[i * d + j]!);
      const mean = column.reduce((sum, x) => sum + x, 0) / n;
      expect(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n).toBeGreaterThan(1e-4);
    }
  });
});

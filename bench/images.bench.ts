import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Bench } from 'tinybench';
import { VERSION } from '../encoders/encoder.js';
import { decodeImage } from '../encoders/images/decode-image.js';
import type { Image } from '../encoders/images/image.js';
import { preprocessImage } from '../encoders/images/preprocess-image.js';
import { RESAMPLERS } from '../encoders/images/preprocessing.js';
import { wholeAxis } from '../encoders/images/resamplers/axis.js';
import { RESAMPLE } from '../encoders/images/resamplers/resample.js';
import { scene } from './measuring/scene.js';
import { thisMachine } from './measuring/this-machine.js';

const RESULT = fileURLToPath(new URL('../../bench/results/images.json', import.meta.url));
const RESIZES = [
  [32, 299],
  [256, 299],
  [1024, 299],
] as const;

const sceneOf = (side: number) => scene(side, { seed: side, period: 9 });

async function encoded({ width, height, data }: Image, format: 'png' | 'jpeg' | 'webp'): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return sharp(data, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

export interface Timing {
  readonly task: string;
  readonly medianMs: number;
  readonly samples: number;
}

/** Milliseconds an image for decoding, for every resampler, and for the whole way into a network of 299 × 299. */
export async function imagesBench({ timeMs }: { readonly timeMs: number }): Promise<readonly Timing[]> {
  const bench = new Bench({ time: timeMs, warmupTime: timeMs / 4 });
  const levels = Float32Array.from({ length: 256 }, (_, byte) => byte);
  for (const side of [32, 256, 1024])
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const bytes = await encoded(sceneOf(side), format);
      const name = `scene.${format}`;
      bench.add(`decode ${format} ${side}`, async () => {
        await decodeImage(bytes, { name });
      });
    }
  for (const [side, target] of RESIZES) {
    const image = sceneOf(side);
    const axes = { x: wholeAxis(side, target), y: wholeAxis(side, target) };
    for (const name of RESAMPLERS)
      bench.add(`${name} ${side} to ${target}`, () => {
        RESAMPLE[name].resample(image, axes, levels);
      });
  }
  for (const resample of ['torch-bilinear', 'pillow-bicubic'] as const) {
    const image = sceneOf(256);
    bench.add(`preprocess 256 to 299, ${resample}, -1..1`, () => {
      preprocessImage(image, { resize: 299, resample, crop: 'none', range: '-1..1' }, { name: 'scene' });
    });
  }
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`${name} did not complete`);
    const { p50, samplesCount } = result.latency;
    return { task: name, medianMs: Number(p50.toFixed(3)), samples: samplesCount };
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const timeMs = Number(process.argv[2] ?? 1000);
  const timings = await imagesBench({ timeMs });
  for (const { task, medianMs } of timings) console.log(`${task.padEnd(44)} ${medianMs.toFixed(2)} ms`);
  const { sharp } = JSON.parse(
    readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
  ).dependencies as Record<string, string>;
  const result = {
    command: `node dist/bench/images.bench.js ${timeMs}`,
    machine: thisMachine(),
    versions: { steadfid: VERSION, node: process.versions.node, sharp },
    timings,
  };
  mkdirSync(fileURLToPath(new URL('../../bench/results/', import.meta.url)), { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
}

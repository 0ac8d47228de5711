import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION } from '../encoders/encoder.js';
import { openSession } from '../onnx/onnx-session.js';
import { networkCase } from '../test/support/formula-network.js';
import { writeSafetensors } from '../test/support/safetensors-file.js';
import { writeLargeClip } from './conversion/large-clip.js';
import { thisMachine } from './measuring/this-machine.js';

const RESULT = fileURLToPath(new URL('../../bench/results/conversion.json', import.meta.url));
const ONCE = fileURLToPath(new URL('./conversion/convert-once.js', import.meta.url));
const BATCHES = [1, 2, 4, 8, 16, 32] as const;

export interface ConversionTiming {
  readonly network: string;
  readonly weightsMB: number;
  /** the fastest of the rounds */
  readonly seconds: number;
  readonly peakMB: number;
  /** of the whole process, Node included, to the weights */
  readonly peakToWeights: number;
}

export interface BatchTiming {
  readonly batchSize: number;
  readonly imagesPerSecond: number;
  /** ‖difference‖ / ‖embeddings one at a time‖ */
  readonly differenceToOne: number;
}

function converted(
  network: string,
  {
    checkpoint,
    architecture,
    onnx,
    rounds,
  }: {
    readonly checkpoint: string;
    readonly architecture: string;
    readonly onnx: string;
    readonly rounds: number;
  },
): ConversionTiming {
  const weightsMB = statSync(checkpoint).size / 1e6;
  const runs = Array.from(
    { length: rounds },
    () =>
      JSON.parse(
        execFileSync(process.execPath, [ONCE, checkpoint, architecture, onnx], { encoding: 'utf8' }),
      ) as {
        readonly seconds: number;
        readonly peakBytes: number;
      },
  );
  const peakMB = Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1e6;
  const seconds = Math.min(...runs.map((run) => run.seconds));
  return {
    network,
    weightsMB: Math.round(weightsMB),
    seconds: Number(seconds.toFixed(2)),
    peakMB: Math.round(peakMB),
    peakToWeights: Number((peakMB / weightsMB).toFixed(2)),
  };
}

async function batches(onnx: string, images: number): Promise<readonly BatchTiming[]> {
  const each = 3 * 299 * 299;
  const data = Float32Array.from({ length: images * each }, (_, i) => Math.sin(0.37 * i));
  const session = await openSession(onnx);
  const found: BatchTiming[] = [];
  let alone: Float32Array | undefined;
  for (const batchSize of BATCHES.filter((size) => size <= images)) {
    const embeddings = new Float32Array(images * 2048);
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      for (let i = 0; i < images; i += batchSize) {
        const dims = [batchSize, 3, 299, 299];
        const result = await session.run({
          images: { dims, data: data.subarray(i * each, (i + batchSize) * each) },
        });
        embeddings.set(result['embeddings']!.data as Float32Array, i * 2048);
      }
      best = Math.min(best, performance.now() - start);
    }
    alone ??= embeddings;
    const one = alone;
    const square = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
    found.push({
      batchSize,
      imagesPerSecond: Number((images / (best / 1000)).toFixed(1)),
      differenceToOne: Math.sqrt(square(embeddings.map((value, i) => value - one[i]!)) / square(one)),
    });
  }
  await session.close();
  return found;
}

/** Seconds and memory of converting the FID Inception and CLIP ViT-L/14 at 336 px, and images a second by batch size. */
export async function conversionBench({
  rounds,
  images,
}: {
  readonly rounds: number;
  readonly images: number;
}): Promise<{
  readonly conversions: readonly ConversionTiming[];
  readonly inceptionByBatch: readonly BatchTiming[];
}> {
  const folder = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
  try {
    const inception = join(folder, 'inception.safetensors');
    writeSafetensors(inception, {
      ...networkCase('inception'),
      tensors: floatsOf(networkCase('inception').tensors),
    });
    const clip = join(folder, 'clip.safetensors');
    writeLargeClip(clip);
    const onnx = join(folder, 'inception.onnx');
    const conversions = [
      converted('FID Inception', { checkpoint: inception, architecture: 'inception', onnx, rounds }),
      converted('CLIP ViT-L/14@336', {
        checkpoint: clip,
        architecture: 'clip',
        onnx: join(folder, 'clip.onnx'),
        rounds,
      }),
    ];
    return { conversions, inceptionByBatch: await batches(onnx, images) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Without the counters of batch norm, which no layer reads. */
function floatsOf<T extends { readonly dtype?: string }>(tensors: readonly T[]): readonly T[] {
  return tensors.filter(({ dtype }) => dtype === undefined);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const rounds = Number(process.argv[2] ?? 3);
  const timings = await conversionBench({ rounds, images: 32 });
  console.table(timings.conversions);
  console.table(timings.inceptionByBatch);
  const result = {
    command: `node dist/bench/conversion.bench.js ${rounds}`,
    machine: thisMachine(),
    versions: { steadfid: VERSION, node: process.versions.node },
    ...timings,
  };
  mkdirSync(fileURLToPath(new URL('../../bench/results/', import.meta.url)), { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
}

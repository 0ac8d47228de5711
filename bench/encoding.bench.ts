import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeImages } from '../encoders/encode-images.js';
import { defaultBatchSize } from '../encoders/encoded-batches.js';
import { openImageSet } from '../encoders/images/open-image-set.js';
import { inceptionPlan } from '../encoders/networks/inception.js';
import { openEncoder } from '../encoders/open-encoder.js';
import { modelBytes } from '../onnx/onnx-model.js';
import { openSession } from '../onnx/onnx-session.js';
import { formulaCheckpoint, networkCase } from '../test/support/formula-network.js';
import { type Claim, comparison } from './measuring/comparison.js';
import { interleaved, median } from './measuring/interleaved.js';
import { encodingPeer } from './measuring/python-peer.js';
import { scene } from './measuring/scene.js';
import type { Topic } from './measuring/topic.js';

const SIDE = 299;
const BATCH_SIZE = defaultBatchSize({ resize: SIDE });
const PHOTOGRAPH_SIDE = 256;
const PEERS = ['pytorch-fid', 'torch-fidelity'] as const;

/** An FID Inception of made-up weights: what matters here is its size, 5.7 GMAC an image. */
async function writeInception(folder: string): Promise<string> {
  const { graph } = inceptionPlan(formulaCheckpoint(networkCase('inception').tensors), { tap: '2048' });
  const path = join(folder, 'inception.onnx');
  writeFileSync(path, await modelBytes(graph.model()));
  const sidecar = {
    id: 'inception',
    input: 'images',
    outputs: { embeddings: 'embeddings', logits: 'logits' },
    preprocessing: { resize: SIDE, resample: 'torch-bilinear', crop: 'none', range: '-1..1' },
  };
  writeFileSync(path.replace('.onnx', '.json'), JSON.stringify(sidecar));
  return path;
}

/** Photographs of a kind, no two alike. */
async function writePhotographs(folder: string, n: number): Promise<void> {
  const { default: sharp } = await import('sharp');
  for (let image = 0; image < n; image++) {
    const { data, ...shape } = scene(PHOTOGRAPH_SIDE, { seed: image, period: 9 + image });
    const path = join(folder, `${image}.jpg`);
    await sharp(data, { raw: { ...shape, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(path);
  }
}

export const encoding: Topic = {
  name: 'encoding',
  about:
    'images a second from JPEG files of 256 × 256 through an Inception-sized network, against the same network on tensors that are ready',
  async run(size) {
    const [n, rounds] = size === 'full' ? [128, 5] : [BATCH_SIZE, 1];
    const threads = availableParallelism();
    const folder = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
    try {
      const photographs = join(folder, 'photographs');
      mkdirSync(photographs);
      await writePhotographs(photographs, n);
      const network = await writeInception(folder);
      const encoder = await openEncoder(network, { threads });
      const bare = await openSession(network, { threads });
      const set = await openImageSet(photographs);
      const images = {
        dims: [BATCH_SIZE, 3, SIDE, SIDE],
        data: Float32Array.from({ length: BATCH_SIZE * 3 * SIDE * SIDE }, (_, i) => Math.sin(i)),
      };
      const tasks = [
        {
          name: 'ready tensors',
          async run() {
            for (let done = 0; done < n; done += BATCH_SIZE) await bare.run({ images });
          },
        },
        {
          name: 'image files',
          async run() {
            for await (const { ids } of encodeImages(set, encoder)) void ids;
          },
        },
      ];
      const times = new Map(await interleaved(tasks, rounds));
      await bare.close();
      await encoder.close();
      // 1.11 times as long is 90 % of the throughput
      const claims: Claim[] = [{ task: 'image files', against: 'ready tensors', most: 1.11 }];
      for (const peer of PEERS) {
        const time = size === 'full' ? encodingPeer(peer, photographs) : null;
        if (time === null) continue;
        times.set(
          peer,
          times.get('image files')!.map(() => time.ms),
        );
        claims.push({ task: 'image files', against: peer, least: 5 });
      }
      const perSecond = (name: string) => Number(((1000 * n) / median(times.get(name)!)).toPrecision(4));
      return {
        comparisons: claims.map((claim) => comparison(times, claim)),
        figures: {
          n,
          threads,
          'ready tensors a second': perSecond('ready tensors'),
          'images a second': perSecond('image files'),
        },
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

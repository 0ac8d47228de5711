import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { decodeImage } from '../encoders/images/decode-image.js';
import { comparison } from './measuring/comparison.js';
import { interleavedProcessorTimes } from './measuring/interleaved.js';
import { pythonPeer } from './measuring/python-peer.js';
import type { Topic } from './measuring/topic.js';
import { writeScenes } from './measuring/write-scenes.js';

const SIDES = [32, 64, 256, 512] as const;
const FORMATS = ['jpeg', 'png'] as const;
/** Of Pillow's images a second. */
const GOAL = 0.8;

export const decoding: Topic = {
  name: 'decoding',
  about:
    'processor time of JPEG and PNG files to RGB, one after the other, beside Pillow (where STEADFID_PYTHON has it) and sharp alone',
  async run(size) {
    const [pixels, rounds] = size === 'full' ? [2 ** 23, 5] : [2 ** 16, 1];
    const folder = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
    const comparisons = [];
    try {
      for (const format of FORMATS)
        for (const side of SIDES) {
          const n = Math.max(2, Math.min(1000, Math.round(pixels / side ** 2)));
          const scenes = join(folder, `${format}-${side}`);
          await writeScenes(scenes, { side, format, n });
          const files = readdirSync(scenes).map((name) => ({
            name,
            bytes: new Uint8Array(readFileSync(join(scenes, name))),
          }));
          const [own, alone, peer] = ['decoding', 'sharp alone', 'Pillow'].map(
            (name) => `${name}, ${n} ${format} of ${side} px`,
          );
          const times = await interleavedProcessorTimes(
            [
              {
                name: own!,
                run: async () => {
                  for (const { name, bytes } of files) await decodeImage(bytes, { name });
                },
              },
              {
                name: alone!,
                run: async () => {
                  for (const { bytes } of files) await sharp(bytes).raw().toBuffer();
                },
              },
            ],
            rounds,
          );
          comparisons.push(comparison(times, { task: own!, against: alone! }));
          const peers = times.get(own!)!.flatMap(() => pythonPeer('decode_pillow', scenes)?.ms ?? []);
          if (peers.length === rounds)
            comparisons.push(
              comparison(new Map([...times, [peer!, peers]]), { task: own!, against: peer!, most: 1 / GOAL }),
            );
        }
      return { comparisons, figures: {} };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

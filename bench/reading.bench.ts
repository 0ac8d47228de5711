import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { decodeImage } from '../encoders/images/decode-image.js';
import { openImageSet } from '../encoders/images/open-image-set.js';
import { type TarFile, tarOf } from '../test/support/tar-file.js';
import { comparison } from './measuring/comparison.js';
import { interleavedProcessorTimes } from './measuring/interleaved.js';
import type { Topic } from './measuring/topic.js';
import { writeScenes } from './measuring/write-scenes.js';

const RECORDS = fileURLToPath(new URL('./reading/read-records.js', import.meta.url));
/** A tar may take so many times a folder's processor time. */
const MOST = 1.1;

/** Members as they come, to a tar that is never whole in memory. */
function writeTar(path: string, members: Iterable<TarFile>): void {
  const file = openSync(path, 'wx');
  for (const member of members) writeSync(file, tarOf([member], { end: 0 }));
  writeSync(file, tarOf([]));
  closeSync(file);
}

function* records(n: number, data: Uint8Array): Generator<TarFile> {
  for (let i = 0; i < n; i++) yield { name: `${String(i).padStart(8, '0')}.png`, data };
}

async function readAll(source: string): Promise<void> {
  const set = await openImageSet(source);
  try {
    for (const { id, load } of set.entries) {
      const stored = await load();
      if (stored.kind === 'encoded') await decodeImage(stored.bytes, { name: id });
    }
  } finally {
    await set.close();
  }
}

/** JPEG files of scenes in a folder, and the same files in a tar. */
async function writeBoth(within: string, { side, n }: { readonly side: number; readonly n: number }) {
  const folder = join(within, `scenes-${side}`);
  await writeScenes(folder, { side, format: 'jpeg', n });
  const tar = `${folder}.tar`;
  const names = readdirSync(folder).sort();
  writeTar(
    tar,
    names.map((name) => ({ name, data: readFileSync(join(folder, name)) })),
  );
  return { folder, tar };
}

export const reading: Topic = {
  name: 'reading',
  about:
    'processor time of reading and decoding a tar beside the same files in a folder, and memory while tars of tiny records are read whole, each in a process of its own',
  async run(size) {
    const isFull = size === 'full';
    const [rounds, scenes] = isFull
      ? ([
          3,
          [
            [64, 2000],
            [256, 500],
          ],
        ] as const)
      : ([1, [[64, 4]]] as const);
    const counts = isFull ? [10_000, 100_000, 1_000_000] : [100, 1000];
    const within = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
    const comparisons = [];
    const figures: Record<string, number> = {};
    try {
      for (const [side, n] of scenes) {
        const { folder, tar } = await writeBoth(within, { side, n });
        const [task, against] = [`tar, ${n} JPEG of ${side} px`, `folder, ${n} JPEG of ${side} px`];
        const times = await interleavedProcessorTimes(
          [
            { name: task, run: () => readAll(tar) },
            { name: against, run: () => readAll(folder) },
          ],
          rounds,
        );
        const found = comparison(times, { task, against, most: MOST });
        comparisons.push(found);
        for (const [name, ms] of [
          ['tar', found.taskMs],
          ['folder', found.againstMs],
        ] as const)
          figures[`${name}, JPEG of ${side} px: CPU s per 10,000 images`] = Number(
            ((ms * 10) / n).toPrecision(3),
          );
      }
      const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#345' } })
        .png()
        .toBuffer();
      for (const n of counts) {
        const tar = join(within, `records-${n}.tar`);
        writeTar(tar, records(n, png));
        const { stdout } = await promisify(execFile)(process.execPath, [RECORDS, tar]);
        const found = JSON.parse(stdout) as Record<'n' | 'openedMB' | 'peakMB' | 'cpuSeconds', number>;
        if (found.n !== n) throw new Error(`read ${found.n} of ${n} records`);
        const of = `tar of ${n.toLocaleString('en-US')} records`;
        figures[`${of}: MB, all names known`] = Math.round(found.openedMB);
        figures[`${of}: MB at most, all read`] = Math.round(found.peakMB);
        figures[`${of}: CPU s`] = Number(found.cpuSeconds.toPrecision(3));
        rmSync(tar);
      }
      return { comparisons, figures };
    } finally {
      rmSync(within, { recursive: true, force: true });
    }
  },
};

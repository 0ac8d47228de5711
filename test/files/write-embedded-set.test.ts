import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectEmbeddings } from '../../encoders/collect-embeddings.js';
import { encodeImages } from '../../encoders/encode-images.js';
import type { Encoder } from '../../encoders/encoder.js';
import { writeEmbeddedSet } from '../../encoders/files/write-embedded-set.js';
import { writeStatistics } from '../../encoders/files/write-statistics.js';
import { foldMoments } from '../../encoders/fold-moments.js';
import { mergeEmbeddedSets } from '../../encoders/merge-embedded-sets.js';
import { openEncoder } from '../../encoders/open-encoder.js';
import { readEmbeddedSet } from '../../encoders/read-embedded-set.js';
import { shardOf } from '../../encoders/shard.js';
import { entryOf, noisePng, noiseSet, setOf } from '../support/image-entries.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

async function tiny(changes?: object): Promise<Encoder> {
  const encoder = await openEncoder(await writeTinyEncoder(temporaryFolder(), changes));
  onTestFinished(() => encoder.close());
  return encoder;
}

describe('writeEmbeddedSet', () => {
  test('what writeEmbeddedSet wrote, readEmbeddedSet reads: numbers, ids and where they come from', async () => {
    const encoder = await tiny();
    const set = await noiseSet(5);
    const path = join(temporaryFolder(), 'a.npz');
    const provenance = await writeEmbeddedSet(path, encodeImages(set, encoder, { batchSize: 2 }));
    const collected = await collectEmbeddings(encodeImages(set, encoder, { batchSize: 2 }));
    expect(await readEmbeddedSet(path)).toEqual({ ...collected, source: path, images: 'images' });
    expect(provenance).toMatchObject({
      source: 'images',
      n: 5,
      decoding: 'orientation ignored',
      shards: null,
    });
    expect(provenance.encoder).toEqual(encoder.identity);
  });

  test('writeEmbeddedSet writes the same bytes for the same images', async () => {
    const encoder = await tiny();
    const set = await noiseSet(5);
    const folder = temporaryFolder();
    const files = ['a.npz', 'b.npz'].map((name) => join(folder, name));
    for (const file of files) await writeEmbeddedSet(file, encodeImages(set, encoder, { batchSize: 2 }));
    expect(readFileSync(files[0]!).equals(readFileSync(files[1]!))).toBe(true);
  });

  test('the digest tells images apart, and not their order', async () => {
    const encoder = await tiny();
    const [a, b] = [await noisePng(1), await noisePng(2)];
    const digest = async (...images: [string, Uint8Array][]) => {
      const set = setOf(images.map(([id, bytes]) => entryOf(id, bytes)));
      return (await writeEmbeddedSet(join(temporaryFolder(), 'a.npz'), encodeImages(set, encoder))).digest;
    };
    expect(await digest(['a', a], ['b', b])).toBe(await digest(['b', b], ['a', a]));
    expect(await digest(['a', a], ['b', b])).not.toBe(await digest(['a', b], ['b', a]));
    expect(await digest(['a', a])).toMatch(/^[0-9a-f]{64}$/);
  });

  test('images that were left out are in the file', async () => {
    const path = join(temporaryFolder(), 'a.npz');
    const set = setOf([entryOf('a.png', await noisePng(1)), entryOf('b.png', new Uint8Array(0))]);
    await writeEmbeddedSet(path, encodeImages(set, await tiny(), { unreadable: 'skipped' }));
    expect((await readEmbeddedSet(path)).skipped).toEqual([
      { id: 'b.png', reason: 'must hold an image; it is empty (0 bytes)' },
    ]);
  });

  test('nothing is left when an image cannot be read, when nothing can, or when the caller aborts', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.npz');
    const encoder = await tiny();
    const broken = setOf([...(await noiseSet(6)).entries, entryOf('x', new Uint8Array(0))]);
    await expect(
      writeEmbeddedSet(path, encodeImages(broken, encoder, { batchSize: 2 })),
    ).rejects.toMatchObject({
      code: 'UNREADABLE_IMAGE',
    });
    const nothing = setOf([entryOf('x', new Uint8Array(0))]);
    await expect(
      writeEmbeddedSet(path, encodeImages(nothing, encoder, { unreadable: 'skipped' })),
    ).rejects.toMatchObject({ code: 'TOO_FEW_SAMPLES' });
    const abort = new AbortController();
    const { signal } = abort;
    const run = encodeImages(await noiseSet(20), encoder, {
      batchSize: 2,
      signal,
      onProgress: () => abort.abort(),
    });
    await expect(writeEmbeddedSet(path, run, { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')(
    'SIGINT in the middle of encoding ends the program and leaves no half file',
    async () => {
      const folder = temporaryFolder();
      const encoder = await writeTinyEncoder(temporaryFolder(), {
        preprocessing: { resize: 256, resample: 'pillow-bicubic', crop: 'none', range: '0..1' },
      });
      const image = join(temporaryFolder(), 'a.png');
      writeFileSync(image, await noisePng(1));
      const url = (path: string) => JSON.stringify(new URL(`../../encoders/${path}`, import.meta.url).href);
      const program = `
      const { encodeImages } = await import(${url('encode-images.js')});
      const { openEncoder } = await import(${url('open-encoder.js')});
      const { writeEmbeddedSet } = await import(${url('files/write-embedded-set.js')});
      const { readFile } = await import('node:fs/promises');
      const encoder = await openEncoder(${JSON.stringify(encoder)});
      const bytes = await readFile(${JSON.stringify(image)});
      const entries = Array.from({ length: 100000 }, (_, i) => ({ id: '' + i, load: async () => ({ kind: 'encoded', bytes: Buffer.concat([bytes, Buffer.from('' + i)]) }) }));
      const set = { source: 'images', kind: 'folder', entries, close: async () => {} };
      const onProgress = ({ done }) => done > 100 && process.stdout.write('under way');
      await writeEmbeddedSet(${JSON.stringify(join(folder, 'a.npz'))}, encodeImages(set, encoder, { onProgress }));`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let before: string[] = [];
      child.stdout.once('data', () => {
        before = readdirSync(folder);
        child.kill('SIGINT');
      });
      const end = await new Promise((resolve) => child.once('exit', (...how) => resolve(how)));
      expect(before).toHaveLength(3); // the archive, and the logits and ids that wait beside it
      expect(end).toEqual([null, 'SIGINT']);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('writeStatistics', () => {
  test('what writeStatistics wrote, readEmbeddedSet reads to the last digit', async () => {
    const set = await foldMoments(encodeImages(await noiseSet(5), await tiny()));
    const path = join(temporaryFolder(), 'a.npz');
    await writeStatistics(path, { set, moments: set.moments! });
    const read = await readEmbeddedSet(path);
    expect(read).toEqual({ ...set, source: path, ids: null, images: 'images' });
    expect(read.moments!.meanRest!.some((rest) => rest !== 0)).toBe(true);
  });

  test('a rest of the means that their rounding cannot have left is refused', async () => {
    const set = await foldMoments(encodeImages(await noiseSet(3), await tiny()));
    const path = join(temporaryFolder(), 'a.npz');
    const meanRest = set.moments!.mean.map((value) => value / 2);
    await writeStatistics(path, { set, moments: { ...set.moments!, meanRest } });
    await expect(readEmbeddedSet(path)).rejects.toThrow(
      `${path}, array mu_rest: must be what the rounding of mu left off; got (8), of other numbers.`,
    );
  });

  test('statistics of an encoder that is not known say nothing of it', async () => {
    const set = await foldMoments(encodeImages(await noiseSet(3), await tiny()));
    const unknown = { id: 'unknown', sha256: null, preprocessing: null, origin: 'unknown' } as const;
    const path = join(temporaryFolder(), 'a.npz');
    await writeStatistics(path, { set: { ...set, encoder: unknown }, moments: set.moments! });
    expect((await readEmbeddedSet(path)).warnings.map(({ code }) => code)).toEqual(['UNKNOWN_PROVENANCE']);
  });
});

describe('shards', () => {
  const partial = { incomplete: 'taken' } as const;

  test('all shards after each other are the set, in parts of nearly one size', async () => {
    const set = await noiseSet(10);
    const parts = [1, 2, 3].map((index) => shardOf(set, { index, count: 3 }).entries);
    expect(parts.map(({ length }) => length)).toEqual([3, 3, 4]);
    expect(parts.flat()).toEqual(set.entries);
  });

  test('a shard that cannot be is refused', async () => {
    const set = await noiseSet(3);
    for (const shard of [
      { index: 0, count: 2 },
      { index: 3, count: 2 },
      { index: 1, count: 4 },
      { index: 1.5, count: 3 },
    ])
      expect(() => shardOf(set, shard)).toThrow(
        /^shard .*: must be one of 1\/N … N\/N, with N at most the 3 images/,
      );
  });

  async function writtenShards(encoder: Encoder, count: number): Promise<string[]> {
    const folder = temporaryFolder();
    const set = await noiseSet(10);
    const paths = Array.from({ length: count }, (_, i) => join(folder, `${i + 1}.npz`));
    for (const [i, path] of paths.entries()) {
      const shard = shardOf(set, { index: i + 1, count });
      const run = encodeImages(shard, encoder, { batchSize: 1 });
      await writeEmbeddedSet(path, run, { shards: { count, indices: [i + 1], ids: 'of the set' } });
    }
    return paths;
  }

  test('merged shards are, byte for byte, the file of the whole set', async () => {
    const encoder = await tiny();
    const paths = await writtenShards(encoder, 3);
    const folder = temporaryFolder();
    await mergeEmbeddedSets(join(folder, 'merged.npz'), [paths[2]!, paths[0]!, paths[1]!]);
    await writeEmbeddedSet(
      join(folder, 'whole.npz'),
      encodeImages(await noiseSet(10), encoder, { batchSize: 1 }),
    );
    const [merged, whole] = ['merged.npz', 'whole.npz'].map((name) => readFileSync(join(folder, name)));
    expect(merged!.equals(whole!)).toBe(true);
  });

  test('shards are merged in any tree, and a set with parts missing says which it has', async () => {
    const paths = await writtenShards(await tiny(), 4);
    const folder = temporaryFolder();
    const [left, right, whole] = ['left', 'right', 'whole'].map((name) => join(folder, `${name}.npz`)) as [
      string,
      string,
      string,
    ];
    expect((await mergeEmbeddedSets(left, [paths[0]!, paths[3]!], partial)).shards).toEqual({
      count: 4,
      indices: [1, 4],
      ids: 'of the set',
    });
    expect((await readEmbeddedSet(left)).warnings).toMatchObject([
      { code: 'INCOMPLETE_SET', message: `${left} holds parts 1, 4 of 4 of images: merge all parts first` },
    ]);
    await mergeEmbeddedSets(right, [paths[1]!, paths[2]!], partial);
    expect((await mergeEmbeddedSets(whole, [left, right])).shards).toBeNull();
    expect((await readEmbeddedSet(whole)).ids).toEqual((await noiseSet(10)).entries.map(({ id }) => id));
  });

  test('a shard that comes twice is refused, by the name of the file', async () => {
    const [first, second] = (await writtenShards(await tiny(), 2)) as [string, string];
    const path = join(temporaryFolder(), 'a.npz');
    await expect(mergeEmbeddedSets(path, [first, second, first])).rejects.toThrow(
      `${first}: every part must come once, or its images are counted twice; got the same file twice. Leave one of the two out.`,
    );
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('files of unlike encoders, preprocessing or division are refused', async () => {
    const [first] = await writtenShards(await tiny(), 2);
    const others = [
      { preprocessing: { resize: 16, resample: 'pillow-box', crop: 'none', range: '-1..1' } },
      { id: 'another' },
      { outputs: { embeddings: 'features' } },
    ];
    const messages: string[] = [];
    for (const changes of others) {
      const [, second] = await writtenShards(await tiny(changes), 2);
      const merging = mergeEmbeddedSets(join(temporaryFolder(), 'a.npz'), [first!, second!]);
      messages.push(
        await merging.then(
          () => '',
          (error: Error) => error.message.slice(error.message.indexOf('npz: ') + 5),
        ),
      );
    }
    expect(messages.map((message) => message.replace(/ must be as in \S+/, ''))).toEqual([
      'preprocessing pillow-bicubic 16, -1..1; got pillow-box 16, -1..1. Encode both in the same way.',
      'encoder tiny; got another. Encode both in the same way.',
      'classes 4; got 0. Encode both in the same way.',
    ]);
    const whole = join(temporaryFolder(), 'whole.npz');
    await writeEmbeddedSet(whole, encodeImages(await noiseSet(2), await tiny()));
    await expect(mergeEmbeddedSets(join(temporaryFolder(), 'a.npz'), [whole, first!])).rejects.toThrow(
      'number of parts',
    );
  });
});

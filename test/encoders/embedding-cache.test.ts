import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CacheEntry, type CacheIdentity, openEmbeddingCache } from '../../encoders/embedding-cache.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const identity: CacheIdentity = {
  encoder: { id: 'tiny', sha256: 'ab'.repeat(32), preprocessing: 'unresized, 0..1', origin: 'custom' },
  circumstances: ['0.1.0', 'cpu'],
};
const module = new URL('../../encoders/embedding-cache.js', import.meta.url).href;

function key(i: number): string {
  return i.toString(16).padStart(64, '0');
}

function entry(i: number, d = 3): CacheEntry {
  return {
    key: key(i),
    embedding: Float32Array.from({ length: d }, (_, j) => i + j / 8),
    logits: Float32Array.of(-i),
    note: `png ${i}`,
  };
}

function entries(from: number, to: number): CacheEntry[] {
  return Array.from({ length: to - from }, (_, i) => entry(from + i));
}

/** Fills a cache in one session. */
async function fill(folder: string, ...blocks: CacheEntry[][]): Promise<void> {
  const cache = await openEmbeddingCache(folder, identity);
  for (const block of blocks) await cache.store(block);
  await cache.close();
}

/** Which of the keys 0 … count − 1 are found with the right values, and what was warned of. */
async function found(folder: string, count: number): Promise<[number[], string[]]> {
  const cache = await openEmbeddingCache(folder, identity);
  const right: number[] = [];
  for (let i = 0; i < count; i++) {
    const value = await cache.lookUp(key(i));
    if (value === undefined) continue;
    const { key: _, ...expected } = entry(i);
    expect(value).toEqual(expected);
    right.push(i);
  }
  await cache.close();
  return [right, cache.warnings.map(({ code }) => code)];
}

function segments(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => join(folder, name))
    .sort();
}

describe('openEmbeddingCache', () => {
  test('what one session stored, the next one finds, and so does the same one', async () => {
    const folder = temporaryFolder();
    const cache = await openEmbeddingCache(folder, identity);
    expect(await cache.lookUp(key(1))).toBeUndefined();
    await cache.store([entry(1), entry(2)]);
    expect((await cache.lookUp(key(2)))?.embedding).toEqual(entry(2).embedding);
    await cache.close();
    expect(await found(folder, 4)).toEqual([[1, 2], []]);
  });

  test('what is stored at the same moment does not get in each other’s way', async () => {
    const folder = temporaryFolder();
    const cache = await openEmbeddingCache(folder, identity);
    await Promise.all([0, 2, 4, 6].map((from) => cache.store(entries(from, from + 2))));
    await cache.close();
    expect(await found(folder, 8)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], []]);
    expect(segments(folder)).toHaveLength(1);
  });

  test('an embedding without logits has none when it is found', async () => {
    const folder = temporaryFolder();
    await fill(folder, [{ ...entry(1), logits: null }]);
    const cache = await openEmbeddingCache(folder, identity);
    expect(await cache.lookUp(key(1))).toEqual({
      embedding: entry(1).embedding,
      logits: null,
      note: 'png 1',
    });
    await cache.close();
  });

  test.each([
    ['network', { ...identity, encoder: { ...identity.encoder, sha256: 'cd'.repeat(32) } }],
    ['preprocessing', { ...identity, encoder: { ...identity.encoder, preprocessing: 'unresized, -1..1' } }],
    ['device', { ...identity, circumstances: ['0.1.0', 'cuda'] }],
  ])('another %s finds nothing', async (_what, other) => {
    const folder = temporaryFolder();
    await fill(folder, [entry(1)]);
    const cache = await openEmbeddingCache(folder, other);
    expect(await cache.lookUp(key(1))).toBeUndefined();
    await cache.close();
  });

  test('a stored embedding is not stored twice', async () => {
    const folder = temporaryFolder();
    await fill(folder, entries(0, 8));
    const size = statSync(segments(folder)[0]!).size;
    await fill(folder, entries(0, 8));
    expect(segments(folder).map((path) => statSync(path).size)).toEqual([size]);
  });

  test('a damaged embedding is not used, and the others are', async () => {
    const folder = temporaryFolder();
    await fill(folder, entries(0, 8));
    const [path] = segments(folder) as [string];
    const bytes = readFileSync(path);
    bytes[bytes.length - 20]! ^= 1; // in the last row
    writeFileSync(path, bytes);
    expect(await found(folder, 8)).toEqual([[0, 1, 2, 3, 4, 5, 6], ['CACHE_DAMAGED']]);
  });

  test('a flipped bit anywhere never gives a wrong embedding', async () => {
    const folder = temporaryFolder();
    await fill(folder, entries(0, 2), entries(2, 4));
    const [path] = segments(folder) as [string];
    const bytes = readFileSync(path);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i]! ^= 4;
      writeFileSync(path, bytes);
      const [right, warnings] = await found(folder, 4); // which compares every value that is found
      expect([right.length < 4, warnings]).toEqual([true, ['CACHE_DAMAGED']]);
      bytes[i]! ^= 4;
    }
  });

  test('a segment that was cut off gives what is whole, without a word', async () => {
    const folder = temporaryFolder();
    await fill(folder, entries(0, 2), entries(2, 4));
    const [path] = segments(folder) as [string];
    truncateSync(path, statSync(path).size - 1);
    expect(await found(folder, 4)).toEqual([[0, 1], []]);
    truncateSync(path, 10);
    expect(await found(folder, 4)).toEqual([[], []]);
  });

  test('many sessions leave few files, and every embedding', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 40; i++) await fill(folder, [entry(i)]);
    expect(segments(folder).length).toBeLessThanOrEqual(17);
    expect((await found(folder, 40))[0]).toHaveLength(40);
  });

  test('two processes that fill one cache at once leave all that either stored', async () => {
    const folder = temporaryFolder();
    const program = (from: number) => `
      const { openEmbeddingCache } = await import(${JSON.stringify(module)});
      const cache = await openEmbeddingCache(${JSON.stringify(folder)}, ${JSON.stringify(identity)});
      for (let i = ${from}; i < ${from + 300}; i++) {
        const key = i.toString(16).padStart(64, '0');
        const embedding = Float32Array.from({ length: 3 }, (_, j) => i + j / 8);
        await cache.store([{ key, embedding, logits: Float32Array.of(-i), note: 'png ' + i }]);
        if ((await cache.lookUp(key)) === undefined) throw new Error('lost');
      }
      await cache.close();
      if (cache.warnings.length > 0) throw new Error(JSON.stringify(cache.warnings));`;
    const children = [0, 150, 300].map(
      (from) =>
        new Promise((resolve) =>
          spawn(process.execPath, ['--input-type=module', '-e', program(from)], { stdio: 'inherit' }).on(
            'exit',
            resolve,
          ),
        ),
    );
    expect(await Promise.all(children)).toEqual([0, 0, 0]);
    const [right, warnings] = await found(folder, 600);
    expect([right.length, warnings]).toEqual([600, []]);
  });

  test('a session that was killed leaves what it had stored, and its file is joined with the others in time', async () => {
    const folder = temporaryFolder();
    const program = `
      const { openEmbeddingCache } = await import(${JSON.stringify(module)});
      const cache = await openEmbeddingCache(${JSON.stringify(folder)}, ${JSON.stringify(identity)});
      await cache.store([{ key: '${key(0)}', embedding: Float32Array.of(0, 1 / 8, 2 / 8), logits: Float32Array.of(-0), note: 'png 0' }]);
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module', '-e', program]);
    expect(segments(folder)[0]).toMatch(/\.open$/);
    expect((await found(folder, 1))[0]).toEqual([0]);
    for (let i = 1; i < 20; i++) await fill(folder, [entry(i)]);
    expect(segments(folder).filter((path) => path.endsWith('.open'))).toEqual([]);
    expect((await found(folder, 20))[0]).toHaveLength(20);
  });

  test.skipIf(process.platform === 'win32')(
    'a disk that is full stops the storing, says so once, and loses nothing that was stored',
    async () => {
      const folder = temporaryFolder();
      const program = `
      const { openEmbeddingCache } = await import(${JSON.stringify(module)});
      const cache = await openEmbeddingCache(${JSON.stringify(folder)}, ${JSON.stringify(identity)});
      for (let i = 0; i < 2000; i++) {
        const key = i.toString(16).padStart(64, '0');
        await cache.store([{ key, embedding: Float32Array.from({ length: 3 }, (_, j) => i + j / 8), logits: Float32Array.of(-i), note: 'png ' + i }]);
      }
      await cache.close();
      console.log(JSON.stringify(cache.warnings));`;
      // A shell's limit on the size of files stands in for a full disk.
      const { stdout } = spawnSync(
        'sh',
        ['-c', 'ulimit -f 64; exec "$0" --input-type=module -e "$1"', process.execPath, program],
        { encoding: 'utf8' },
      );
      expect(JSON.parse(stdout)).toEqual([
        {
          code: 'CACHE_NOT_WRITTEN',
          message: `The embedding cache in ${folder} cannot be written (a file larger than this system or this shell allows): results are complete, but a next run encodes these images again.`,
        },
      ]);
      const [right, warnings] = await found(folder, 2000);
      expect(right.length).toBeGreaterThan(100);
      expect(right).toEqual(right.map((_, i) => i));
      expect(warnings).toEqual([]);
    },
  );

  test('a folder that cannot be made is a warning, not an error', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const cache = await openEmbeddingCache(join(folder, 'file', 'cache'), identity);
    await cache.store([entry(1)]);
    expect(await cache.lookUp(key(1))).toBeUndefined();
    expect(cache.warnings.map(({ code }) => code)).toEqual(['CACHE_NOT_WRITTEN']);
    await cache.close();
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a cache that may only be read is read',
    async () => {
      const folder = temporaryFolder();
      await fill(folder, [entry(1)]);
      const [path] = segments(folder) as [string];
      chmodSync(join(path, '..'), 0o500);
      const cache = await openEmbeddingCache(folder, identity);
      await cache.store([entry(2)]);
      expect(await cache.lookUp(key(1))).toBeDefined();
      expect(cache.warnings.map(({ code }) => code)).toEqual(['CACHE_NOT_WRITTEN']);
      await cache.close();
      chmodSync(join(path, '..'), 0o700);
    },
  );
});

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { crc32 } from '../../encoders/files/crc-32.js';
import { crc32Combination } from '../../encoders/files/crc-32-combination.js';
import { idBatches } from '../../encoders/files/json-text.js';
import { type Npz, openNpz } from '../../encoders/files/npz.js';
import { openNpzWriter } from '../../encoders/files/npz-writer.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { archives } = JSON.parse(projectFile('test/reference/npy-arrays.json')) as {
  archives: Record<string, string>;
};

async function opened(path: string): Promise<Npz> {
  const npz = await openNpz(path);
  onTestFinished(() => npz.close());
  return npz;
}

function saved(name: string): string {
  const path = join(temporaryFolder(), 'a.npz');
  writeFileSync(path, Buffer.from(archives[name]!, 'base64'));
  return path;
}

/** The same archive each time: two arrays that grow by 2, 0 and 1 rows, one whole array and a file. */
async function written(path: string): Promise<void> {
  const npz = await openNpzWriter(path, [
    { name: 'embeddings', columns: 3 },
    { name: 'logits', columns: 1 },
  ]);
  await npz.append({ embeddings: Float32Array.of(1, 2, 3, 4, 5, 6), logits: Float32Array.of(10, 20) });
  await npz.append({ embeddings: new Float32Array(0), logits: new Float32Array(0) });
  await npz.append({ embeddings: Float32Array.of(7, 8, 9), logits: Float32Array.of(30) });
  await npz.array('n', { shape: [], data: BigInt64Array.of(3n) });
  await npz.file('ids.json', Buffer.from('["a","é","b"]'));
  await npz.commit();
}

describe('openNpz', () => {
  test.each(['savez', 'savez_compressed'])('openNpz reads what numpy.%s wrote', async (name) => {
    const npz = await opened(saved(name));
    expect(await npz.array('embeddings')).toMatchObject({
      shape: [2, 4],
      data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    });
    expect(await npz.header('embeddings')).toMatchObject({ descr: '<f4', shape: [2, 4] });
  });

  test('openNpz names arrays as numpy does, and reads texts', async () => {
    const npz = await opened(saved('savez'));
    expect(npz.arrays).toEqual(['embeddings', 'logits', 'ids']);
    expect(await npz.texts('ids')).toEqual(['b', 'a']);
    expect((await opened(saved('positional'))).arrays).toEqual(['arr_0']);
  });

  test.each(['savez', 'savez_compressed'])('openNpz reads some rows of what numpy.%s wrote', async (name) => {
    const { n, d, read } = await (await opened(saved(name))).rows('embeddings');
    expect([n, d]).toEqual([2, 4]);
    expect(await read(1, 1)).toEqual(Float32Array.of(5, 6, 7, 8));
    expect(await read(0, 2)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  });

  test('openNpz says which arrays there are when another is asked for', async () => {
    const npz = await opened(saved('statistics'));
    await expect(npz.header('embeddings')).rejects.toThrow('must hold embeddings; got mu.npy, sigma.npy.');
  });
});

describe('ids.json', () => {
  const ids = ['a', 'b,"c', '\\', 'é[', '😀', ']', '{"', 'z\n'];
  const read = async (bytes: Uint8Array, size: number): Promise<readonly string[]> => {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found: string[] = [];
    for await (const some of idBatches(pieces(), 'ids.json')) found.push(...some);
    return found;
  };

  test('is read the same in pieces of any size', async () => {
    for (const text of [JSON.stringify(ids), JSON.stringify(ids, null, 2), ` ${JSON.stringify(ids)}\n`])
      for (let size = 1; size < 40; size++) expect(await read(Buffer.from(text), size)).toEqual(ids);
    expect(await read(Buffer.from('[]'), 1)).toEqual([]);
  });

  test.each([
    ...[
      '',
      'null',
      '{"a": 1}',
      '["a"',
      '["a",]',
      '[,"a"]',
      '["a","b"',
      '["a"]]',
      '["a"],["b"]',
      '["a","b"] "c"',
    ],
    ...['[1]', '["a",["b"]]', '["a" "b"]', '"a"', '["a\\"]'],
  ])('%s is refused', async (text) => {
    for (const size of [1, 3, 100])
      await expect(read(Buffer.from(text), size)).rejects.toThrow('ids.json: must be a JSON list of texts.');
  });

  test('ids that come with rows are written as one list, and read back', async () => {
    const path = join(temporaryFolder(), 'a.npz');
    const npz = await openNpzWriter(path, [{ name: 'embeddings', columns: 1 }]);
    await npz.append({ embeddings: Float32Array.of(1, 2) }, ['a', 'é']);
    await npz.append({ embeddings: Float32Array.of(3) }, ['"']);
    await npz.commit();
    expect(await (await opened(path)).text('ids.json')).toBe('["a","é","\\""]');
  });
});

describe('values of an array', () => {
  test('come in the order of the file, whatever its pieces, and as they are where they are compressed', async () => {
    const path = join(temporaryFolder(), 'a.npz');
    const npz = await openNpzWriter(path, []);
    const data = Float64Array.from({ length: 100_003 }, (_, i) => i / 7);
    await npz.array('a', { shape: [data.length], data });
    await npz.commit();
    const found: number[] = [];
    for await (const some of (await opened(path)).values('a')) found.push(...some);
    expect(Float64Array.from(found)).toEqual(data);
    for (const name of ['savez', 'savez_compressed'])
      for await (const some of (await opened(saved(name))).values('embeddings'))
        expect([...some]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('openNpzWriter', () => {
  test('what openNpzWriter wrote, openNpz reads', async () => {
    const path = join(temporaryFolder(), 'a.npz');
    await written(path);
    const npz = await opened(path);
    expect(await npz.array('embeddings')).toMatchObject({
      shape: [3, 3],
      data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
    });
    expect(await npz.array('logits')).toMatchObject({ shape: [3, 1], data: Float32Array.of(10, 20, 30) });
    expect(await npz.array('n')).toMatchObject({ shape: [], data: Float64Array.of(3), descr: '<i8' });
    expect(await npz.text('ids.json')).toBe('["a","é","b"]');
    expect(npz.files).toEqual(['ids.json']);
  });

  test('openNpzWriter writes the same bytes at any time: those that numpy 2 and Info-ZIP were seen to open', async () => {
    const path = join(temporaryFolder(), 'a.npz');
    await written(path);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(
      'e03b44119298ec306573fe64440181dcfffbb6024f390ea96433705fe7d781ea',
    );
  });

  test('openNpzWriter refuses arrays of unlike numbers of rows, and leaves nothing', async () => {
    const folder = temporaryFolder();
    const npz = await openNpzWriter(join(folder, 'a.npz'), [
      { name: 'embeddings', columns: 2 },
      { name: 'logits', columns: 2 },
    ]);
    const rows = { embeddings: new Float32Array(4), logits: new Float32Array(2) };
    await expect(npz.append(rows)).rejects.toThrow(
      'all arrays must get the same number of rows; got embeddings 2, logits 1.',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('openNpzWriter leaves nothing when it is abandoned, rows that wait beside it included', async () => {
    const folder = temporaryFolder();
    const npz = await openNpzWriter(join(folder, 'a.npz'), [
      { name: 'embeddings', columns: 2 },
      { name: 'logits', columns: 2 },
    ]);
    await npz.append({ embeddings: new Float32Array(4), logits: new Float32Array(4) });
    expect(readdirSync(folder)).toHaveLength(2);
    await npz.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')(
    'a disk that is full half way is named, and nothing is left',
    () => {
      const folder = temporaryFolder();
      const module = new URL('../../encoders/files/npz-writer.js', import.meta.url).href;
      const program = `
      const { openNpzWriter } = await import(${JSON.stringify(module)});
      const npz = await openNpzWriter(${JSON.stringify(join(folder, 'a.npz'))}, [{ name: 'embeddings', columns: 64 }, { name: 'logits', columns: 64 }]);
      const rows = { embeddings: new Float32Array(640), logits: new Float32Array(640) };
      try { for (;;) await npz.append(rows); } catch (error) { console.log(error.code); }`;
      // A shell's limit on the size of files stands in for a full disk.
      const { stdout } = spawnSync(
        'sh',
        ['-c', 'ulimit -f 64; exec "$0" --input-type=module -e "$1"', process.execPath, program],
        { encoding: 'utf8' },
      );
      expect(stdout).toBe('UNWRITABLE_FILE\n');
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('crc32Combination', () => {
  test('crc32Combination of the CRCs of two pieces is the CRC of both together', () => {
    const text = Buffer.from('the quick brown fox jumps over the lazy dog'.repeat(20));
    for (const cut of [0, 1, 7, 256, text.length]) {
      const second = { crc32: crc32(text.subarray(cut)), length: text.length - cut };
      expect(crc32Combination(crc32(text.subarray(0, cut)), second)).toBe(crc32(text));
    }
  });
});

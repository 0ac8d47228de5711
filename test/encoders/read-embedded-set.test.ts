import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openNpzWriter } from '../../encoders/files/npz-writer.js';
import { readEmbeddedSet } from '../../encoders/read-embedded-set.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { archives, numbers } = JSON.parse(projectFile('test/reference/npy-arrays.json')) as {
  archives: Record<string, string>;
  numbers: { name: string; file: string }[];
};

function saved(base64: string, name: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, Buffer.from(base64, 'base64'));
  return path;
}

function archive(name: string): string {
  return saved(archives[name]!, 'a.npz');
}

describe('readEmbeddedSet', () => {
  test('readEmbeddedSet of a .npy is its rows, of an encoder that is not known, with a warning', async () => {
    const path = saved(numbers.find(({ name }) => name === '<f4')!.file, 'a.npy');
    const set = await readEmbeddedSet(path);
    expect(set).toMatchObject({ source: path, n: 2, ids: null, logits: null, moments: null, skipped: [] });
    expect(set.embeddings).toMatchObject({ n: 2, d: 3 });
    expect(set.encoder).toEqual({ id: 'unknown', sha256: null, preprocessing: null, origin: 'unknown' });
    expect(set.warnings).toEqual([
      {
        code: 'UNKNOWN_PROVENANCE',
        message: `${path} does not say which encoder and preprocessing made it: its numbers cannot be checked against the other side's.`,
      },
    ]);
  });

  test('readEmbeddedSet of what numpy.savez wrote has embeddings, logits and ids', async () => {
    const { embeddings, logits, ids } = await readEmbeddedSet(archive('savez'));
    expect(embeddings).toEqual({ n: 2, d: 4, data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    expect(logits).toEqual({ n: 2, d: 2, data: Float32Array.of(1, 2, 5, 6) });
    expect(ids).toEqual(['b', 'a']);
  });

  test('readEmbeddedSet takes the single 2-d array of a file, whatever its name', async () => {
    expect((await readEmbeddedSet(archive('positional'))).embeddings).toMatchObject({ n: 2, d: 4 });
    expect((await readEmbeddedSet(archive('savez_compressed'))).embeddings).toMatchObject({ n: 2, d: 4 });
  });

  test.each([
    ['statistics', undefined],
    ['statistics in float32', 2 ** -24],
  ])('readEmbeddedSet of %s has moments in float64 and no count', async (name, lost) => {
    const read = await readEmbeddedSet(archive(name));
    expect(read.moments!.unitRoundoff).toBe(lost);
    expect(await readEmbeddedSet(archive(name))).toMatchObject({
      n: null,
      embeddings: null,
      moments: { n: null, d: 2, mean: Float64Array.of(1, 2), covariance: Float64Array.of(2, 0.5, 0.5, 1) },
    });
  });

  test('readEmbeddedSet takes the count of statistics that say it', async () => {
    const { n, moments } = await readEmbeddedSet(archive('statistics with n'));
    expect([n, moments?.n]).toEqual([50, 50]);
  });

  test.each([
    ['NaN', 'array embeddings: every value must be finite; got NaN in row 1, column 1'],
    ['Infinity', 'array embeddings: every value must be finite; got -Infinity in row 0, column 0'],
    ['3-d', 'array embeddings: must be 2-d, one embedding a row; got shape (2, 2, 2).'],
    ['objects', 'array embeddings: must hold numbers; it holds Python objects, which are never unpickled.'],
    ['too few ids', 'there must be one of ids for each of 2 embeddings; got 1.'],
    ['the same id twice', 'every id must come once; got a twice.'],
    ['too few logits', 'there must be one of logits for each of 2 embeddings; got 1.'],
    [
      'statistics of unlike sizes',
      'mu must be (d) and sigma (d, d); got mu (3), sigma (2, 2). Save mu = embeddings.mean(axis=0) and sigma = cov(embeddings, rowvar=False) of one set of embeddings, or write the file with steadfid stats.',
    ],
    [
      'lopsided statistics',
      'array sigma: must be symmetric; got 0 at (1, 0) and 0.5 at (0, 1). Save the whole covariance, both triangles of it.',
    ],
    [
      'adm',
      'must hold embeddings or statistics; it is a batch of images. Give it where images are expected.',
    ],
    [
      'two arrays',
      'must hold embeddings (an array embeddings, or a single 2-d array), statistics (mu and sigma) or images (arr_0 or images, n × height × width × 3); got a (2, 4), b (2, 4). Name the array with --key.',
    ],
  ])('readEmbeddedSet refuses %s', async (name, message) => {
    const path = archive(name);
    const failure: Error = await readEmbeddedSet(path).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(failure.message).toContain(message);
    expect(failure.message.startsWith(path)).toBe(true);
  });

  test('readEmbeddedSet refuses arrays without rows or columns', async () => {
    const path = saved(numbers.find(({ name }) => name === 'no rows')!.file, 'a.npy');
    await expect(readEmbeddedSet(path)).rejects.toMatchObject({ code: 'TOO_FEW_SAMPLES' });
    const scalar = saved(numbers.find(({ name }) => name === 'scalar')!.file, 'a.npy');
    await expect(readEmbeddedSet(scalar)).rejects.toThrow('must be 2-d, one embedding a row; got shape ().');
  });

  test('readEmbeddedSet refuses a text file called .npz and one that is not there', async () => {
    const path = join(temporaryFolder(), 'a.npz');
    writeFileSync(path, 'hello');
    await expect(readEmbeddedSet(path)).rejects.toThrow(`${path}: not a readable zip archive`);
    await expect(readEmbeddedSet('/nowhere/a.npz')).rejects.toThrow('/nowhere/a.npz: no such file');
  });

  test('readEmbeddedSet takes the encoder that the file was written with, origin included', async () => {
    const path = join(temporaryFolder(), 'a.npz');
    const npz = await openNpzWriter(path, [{ name: 'embeddings', columns: 1 }]);
    await npz.append({ embeddings: Float32Array.of(1) });
    const encoder = { id: 'x', sha256: '00', preprocessing: 'p', origin: 'official' };
    const provenance = {
      schema: 'steadfid/provenance/1',
      version: '0',
      encoder,
      decoding: null,
      source: 's',
      n: 1,
      digest: null,
      skipped: [],
      warnings: [],
      shards: null,
    };
    await npz.file('provenance.json', Buffer.from(JSON.stringify(provenance)));
    await npz.commit();
    expect((await readEmbeddedSet(path)).encoder).toEqual(encoder);
  });

  test('readEmbeddedSet names a provenance that is not the suite’s', async () => {
    const path = join(temporaryFolder(), 'a.npz');
    const npz = await openNpzWriter(path, [{ name: 'embeddings', columns: 1 }]);
    await npz.append({ embeddings: Float32Array.of(1) });
    await npz.file('provenance.json', Buffer.from('{"schema": 1}'));
    await npz.commit();
    await expect(readEmbeddedSet(path)).rejects.toThrow(
      `${path}, provenance.json, schema: must be "steadfid/provenance/1"; got 1`,
    );
  });
});

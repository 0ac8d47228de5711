import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEmbeddedSet } from '../../encoders/read-embedded-set.js';
import * as pickle from '../hostile/hostile-pickles.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected } from '../support/thrown.js';

interface Fixture {
  readonly statistics: {
    readonly mu: readonly number[];
    readonly sigma: readonly (readonly number[])[];
    readonly files: Readonly<Record<string, string>>;
  };
  readonly tensors: {
    readonly embeddings: readonly (readonly number[])[];
    readonly logits: readonly (readonly number[])[];
    readonly sigma: readonly (readonly number[])[];
    readonly files: Readonly<Record<string, string>>;
  };
}

const { statistics, tensors } = JSON.parse(projectFile('test/reference/image-sources.json')) as Fixture;

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

const pkl = (name: string) => fileOf('a.pkl', Buffer.from(statistics.files[name]!, 'base64'));
const pt = (name: string) => fileOf('a.pt', Buffer.from(tensors.files[name]!, 'base64'));

describe('statistics in a pickle', () => {
  test.each([
    'pickle protocol 2',
    'pickle protocol 3',
    'pickle protocol 4',
    'pickle protocol 5',
    'pickle, columns first, big-endian',
  ])('%s gives what numpy wrote, bit for bit', async (name) => {
    const { moments, n, embeddings } = await readEmbeddedSet(pkl(name));
    expect([...moments!.mean]).toEqual(statistics.mu);
    expect([...moments!.covariance]).toEqual(statistics.sigma.flat());
    expect([n, embeddings]).toEqual([null, null]);
  });

  test("of EDM2's several sets the one that is named is taken", async () => {
    const path = pkl('EDM2');
    expect(await rejected(readEmbeddedSet(path))).toBe(
      `UNREADABLE_FILE ${path}: holds several sets of statistics; got fid, fd_dinov2. Name one with --key, as in --key fid.`,
    );
    const fid = await readEmbeddedSet(path, { key: 'fid' });
    expect([...fid.moments!.mean]).toEqual(statistics.mu);
    const dino = await readEmbeddedSet(path, { key: 'fd_dinov2' });
    expect([...dino.moments!.mean]).toEqual(statistics.mu.map((value) => 2 * value));
  });

  test("torch-fidelity's cache of statistics is read", async () => {
    const { moments } = await readEmbeddedSet(pt('torch-fidelity statistics'));
    expect([...moments!.covariance]).toEqual(tensors.sigma.flat());
  });

  test('a pickle that names anything else is refused by that name, and nothing of it is run', async () => {
    const bytes = Buffer.from(`\x80\x02${pickle.global('os', 'system')}(${pickle.text('id')}tR.`, 'latin1');
    const path = fileOf('a.pkl', bytes);
    expect(await rejected(readEmbeddedSet(path))).toContain(
      'its pickle must name tensors and their containers alone; got os.system at byte 2. Nothing of it was run.',
    );
  });

  test('arrays of objects, and arrays that do not fit their shape, are refused', async () => {
    const dtype = (text: string) => `${pickle.global('numpy', 'dtype')}(${pickle.text(text)}\x89\x88tR`;
    const array = (type: string, shape: string, bytes: string) =>
      `${pickle.global('numpy.core.multiarray', 'scalar').replace('scalar', '_reconstruct')}` +
      `(${pickle.global('numpy', 'ndarray')}${pickle.int(0)}\x85C\x01btR(${pickle.int(1)}${shape}${dtype(type)}\x89${bytes}tb`;
    const read = (made: string) =>
      rejected(
        readEmbeddedSet(fileOf('a.pkl', Buffer.from(`\x80\x03}${pickle.text('mu')}${made}s.`, 'latin1'))),
      );
    expect(await read(array('O8', `${pickle.int(1)}\x85`, ']'))).toContain('has an array of type O8');
    expect(await read(array('f8', `${pickle.int(2)}\x85`, 'C\x0812345678'))).toContain(
      'has an array of 8 bytes for its shape (2)',
    );
    expect(await read(array('f8', `${pickle.int(1)}\x85`, ']'))).toContain('has an array without bytes');
  });
});

describe('embeddings in a file of tensors', () => {
  test.each(['tensor', 'torch-fidelity features'])('%s gives its matrix', async (name) => {
    const { n, embeddings, logits, warnings, encoder } = await readEmbeddedSet(pt(name));
    expect(n).toBe(5);
    expect([...embeddings!.data]).toEqual(tensors.embeddings.flat());
    if (name !== 'tensor') expect([...logits!.data]).toEqual(tensors.logits.flat());
    expect(encoder.id).toBe('unknown');
    expect(warnings.map(({ code }) => code)).toEqual(['UNKNOWN_PROVENANCE']);
  });

  test('of several matrices the one that is named is taken', async () => {
    const path = pt('legacy');
    expect(await rejected(readEmbeddedSet(path))).toBe(
      `UNREADABLE_FILE ${path}: must hold one matrix of embeddings, or statistics (mu, sigma); got a (5, 4), b (2, 4). Name the tensor with --key.`,
    );
    expect((await readEmbeddedSet(path, { key: 'b' })).n).toBe(2);
    expect(await rejected(readEmbeddedSet(path, { key: 'c' }))).toBe(
      `UNREADABLE_FILE ${path}: must hold the tensor c; got a (5, 4), b (2, 4). Name one of those with --key.`,
    );
  });

  test('bfloat16 is read exactly', async () => {
    const { embeddings } = await readEmbeddedSet(pt('bfloat16'));
    for (const [i, value] of tensors.embeddings.flat().entries())
      expect(Math.abs(embeddings!.data[i]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -8);
  });

  test('a safetensors file gives its matrix', async () => {
    const header = Buffer.from(
      JSON.stringify({
        ids: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
        z: { dtype: 'F32', shape: [2, 1], data_offsets: [2, 10] },
      }),
    );
    const length = Buffer.alloc(8);
    length.writeUInt32LE(header.length);
    const data = Buffer.concat([Buffer.from([1, 2]), new Uint8Array(Float32Array.of(0.5, -3).buffer)]);
    const { embeddings } = await readEmbeddedSet(
      fileOf('a.safetensors', Buffer.concat([length, header, data])),
    );
    expect([...embeddings!.data]).toEqual([0.5, -3]);
  });

  test('a limit draws rows by the seed', async () => {
    const path = pt('tensor');
    const { n, embeddings, warnings } = await readEmbeddedSet(path, { limit: { size: 2, seed: 1 } });
    expect(n).toBe(2);
    const rows = tensors.embeddings.map((row) => row.join());
    const drawn = [0, 1].map((i) => rows.indexOf([...embeddings!.data.subarray(4 * i, 4 * i + 4)].join()));
    expect(drawn[0]).toBeGreaterThanOrEqual(0);
    expect(drawn[1]).toBeGreaterThan(drawn[0]!);
    expect(warnings.map(({ code }) => code)).toContain('LIMITED_SET');
    const stats = pkl('pickle protocol 4');
    expect(await rejected(readEmbeddedSet(stats, { limit: { size: 2, seed: 1 } }))).toBe(
      `CONFLICTING_OPTIONS --limit: images can be drawn of embeddings, and ${stats} holds statistics. Leave --limit out, or give the embeddings.`,
    );
  });
});

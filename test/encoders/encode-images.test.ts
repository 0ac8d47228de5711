import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectEmbeddings } from '../../encoders/collect-embeddings.js';
import { encodeImages } from '../../encoders/encode-images.js';
import type { EncodedImages } from '../../encoders/encoded-images.js';
import type { Encoder } from '../../encoders/encoder.js';
import type { EncodingOptions, EncodingProgress } from '../../encoders/encoding-options.js';
import { foldMoments } from '../../encoders/fold-moments.js';
import { decodeImage } from '../../encoders/images/decode-image.js';
import type { ImageEntry, ImageSet } from '../../encoders/images/image-set.js';
import { preprocessImage } from '../../encoders/images/preprocess-image.js';
import { openEncoder } from '../../encoders/open-encoder.js';
import { InputError, InterruptedError } from '../../errors.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { entryOf, noisePng, noiseSet, setOf } from '../support/image-entries.js';
import { fixtureFile } from '../support/image-fixtures.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TINY_SIDECAR, writeTinyEncoder } from '../support/tiny-network.js';

const BATCH_TOLERANCE = 1e-6; // float32 sums in another order, relative to the largest value

async function tiny(changes?: object): Promise<Encoder> {
  const encoder = await openEncoder(await writeTinyEncoder(temporaryFolder(), changes));
  onTestFinished(() => encoder.close());
  return encoder;
}

const steps = TINY_SIDECAR.preprocessing;
const unresized = { preprocessing: { ...steps, resize: null } };

async function all(set: ImageSet, encoder: Encoder, options?: EncodingOptions): Promise<EncodedImages[]> {
  const batches: EncodedImages[] = [];
  for await (const batch of encodeImages(set, encoder, options)) batches.push(batch);
  return batches;
}

/** The last progress that a run reports. */
async function progressOf(
  set: ImageSet,
  encoder: Encoder,
  options?: EncodingOptions,
): Promise<EncodingProgress> {
  const seen: EncodingProgress[] = [];
  await all(set, encoder, { ...options, onProgress: (progress) => seen.push(progress) });
  expect(seen.map(({ done }) => done)).toEqual([...seen.map(({ done }) => done)].sort((a, b) => a - b));
  return seen.at(-1)!;
}

async function embeddings(set: ImageSet, encoder: Encoder, options?: EncodingOptions): Promise<Float32Array> {
  return (await collectEmbeddings(encodeImages(set, encoder, options))).embeddings!.data as Float32Array;
}

describe('encodeImages', () => {
  test('encodeImages gives what decoding, preprocessing and the network give, one after the other', async () => {
    const encoder = await tiny();
    const bytes = await noisePng(7);
    const image = await decodeImage(bytes, { name: 'a.png' });
    const { data } = preprocessImage(image, encoder.preprocessing, { name: 'a.png' });
    const expected = await encoder.encode(data, { n: 1, height: 16, width: 16 });
    const [batch] = await all(setOf([entryOf('a.png', bytes)]), encoder);
    expect(batch).toEqual({
      ids: ['a.png'],
      hashes: [createHash('sha256').update(bytes).digest('hex')],
      notes: [
        {
          format: 'png',
          lossy: false,
          warnings: [],
          imageSize: [image.height, image.width],
          inputSize: [16, 16],
        },
      ],
      embeddings: { n: 1, d: 8, data: expected.embeddings },
      logits: { n: 1, d: 4, data: expected.logits },
      skipped: [],
    });
  });

  test('encodeImages gives batches in the order of the set, the last one smaller', async () => {
    const set = await noiseSet(11);
    const batches = await all(set, await tiny(), { batchSize: 4 });
    expect(batches.map(({ ids }) => ids.length)).toEqual([4, 4, 3]);
    expect(batches.flatMap(({ ids }) => ids)).toEqual(set.entries.map(({ id }) => id));
  });

  test('encodeImages gives the same embeddings whatever the batch size', async () => {
    const set = await noiseSet(20);
    const encoder = await tiny();
    const expected = await embeddings(set, encoder, { batchSize: 1 });
    const scale = Math.max(...expected.map(Math.abs));
    for (const batchSize of [3, 16, 64]) {
      const found = await embeddings(set, encoder, { batchSize });
      found.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(BATCH_TOLERANCE * scale);
      });
    }
  });

  test('encodeImages gives the same bits whatever the number of threads', async () => {
    const set = await noiseSet(40);
    const encoder = await tiny();
    const expected = await embeddings(set, encoder, { workers: 1 });
    for (const workers of [2, 5]) expect(await embeddings(set, encoder, { workers })).toEqual(expected);
  });

  test('encodeImages takes images of all sizes where the encoder resizes', async () => {
    const set = setOf([
      entryOf('large.png', await noisePng(1, { width: 40, height: 9 })),
      entryOf('small.png', await noisePng(2, { width: 1, height: 1 })),
    ]);
    expect((await embeddings(set, await tiny())).length).toBe(16);
  });

  test('encodeImages refuses images of unlike sizes where the encoder does not resize, also across batches and a cache', async () => {
    const set = setOf([
      entryOf('a.png', await noisePng(1, { width: 8, height: 6 })),
      entryOf('b.png', await noisePng(2, { width: 8, height: 6 })),
      entryOf('c.png', await noisePng(3, { width: 6, height: 8 })),
    ]);
    const encoder = await tiny(unresized);
    const message =
      'images/c.png: all images must share one size, for the encoder does not resize them: images/a.png is 8 × 6 pixels; got 6 × 8. Give "resize" in the encoder’s .json a size, or resize the images beforehand.';
    await expect(all(set, encoder)).rejects.toThrow(message);
    await expect(all(set, encoder, { batchSize: 1 })).rejects.toThrow(message);
    const cache = temporaryFolder();
    for (const entry of set.entries) await all(setOf([entry]), encoder, { cache });
    await expect(all(set, encoder, { cache })).rejects.toThrow(message);
  });

  test('encodeImages takes pixels as it takes files, and leaves the caller’s alone', async () => {
    const encoder = await tiny();
    const bytes = await noisePng(7);
    const { width, height, data } = await decodeImage(bytes, { name: 'a.png' });
    const entry: ImageEntry = {
      id: '0',
      load: async () => ({ kind: 'pixels', image: { width, height, data } }),
    };
    const found = await embeddings(setOf([entry]), encoder);
    expect(found).toEqual(await embeddings(setOf([entryOf('a.png', bytes)]), encoder));
    expect(data.length).toBe(3 * width * height);
  });
});

describe('equal images', () => {
  test('the same bytes are encoded once, in a batch and in later ones', async () => {
    const [a, b] = [await noisePng(1), await noisePng(2)];
    const set = setOf([a, b, a, a, b, a, a].map((bytes, i) => entryOf(`${i}`, bytes)));
    const encoder = await tiny();
    expect(await progressOf(set, encoder, { batchSize: 3 })).toEqual({
      total: 7,
      done: 7,
      cached: 0,
      repeated: 5,
      skipped: 0,
    });
    const found = await embeddings(set, encoder, { batchSize: 3 });
    const row = (i: number) => [...found.subarray(8 * i, 8 * i + 8)];
    expect([2, 3, 5, 6].map(row)).toEqual([0, 0, 0, 0].map(row));
    expect(row(4)).toEqual(row(1));
    expect(row(0)).not.toEqual(row(1));
  });

  test('the same bytes that cannot be read are told under each name', async () => {
    const bytes = Buffer.from('no image');
    const batches = await all(setOf([entryOf('a', bytes), entryOf('b', bytes)]), await tiny(), {
      unreadable: 'skipped',
    });
    expect(batches[0]!.skipped.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('the cache of encodeImages', () => {
  test('what one run encoded, the next one takes from the cache, to the last bit', async () => {
    const set = await noiseSet(10);
    const encoder = await tiny();
    const cache = temporaryFolder();
    const first = await collectEmbeddings(encodeImages(set, encoder, { cache, batchSize: 4 }));
    expect(first.imageSizes).toEqual([{ width: 20, height: 24, count: 10 }]);
    expect(await progressOf(set, encoder, { cache })).toMatchObject({ done: 10, cached: 10 });
    expect(await collectEmbeddings(encodeImages(set, encoder, { cache, batchSize: 3 }))).toEqual(first);
  });

  test('the sizes of a set are those that the encoder sees, an applied orientation included', async () => {
    const name = 'jpeg-orientation-6.jpg';
    const set = setOf([entryOf(name, fixtureFile(name))]);
    const sizes = async (orientation: 'ignored' | 'applied') =>
      (await collectEmbeddings(encodeImages(set, await tiny(), { orientation }))).imageSizes;
    const { width, height } = (await sizes('ignored'))![0]!;
    expect(width).not.toBe(height);
    expect(await sizes('applied')).toEqual([{ width: height, height: width, count: 1 }]);
  });

  test('new images among known ones are encoded, and what the files had to say is known too', async () => {
    const [a, b] = [await noisePng(1), await noisePng(2)];
    const encoder = await tiny();
    const cache = temporaryFolder();
    await all(setOf([entryOf('a', a)]), encoder, { cache });
    const set = setOf([entryOf('b', b), entryOf('a', a)]);
    expect(await progressOf(set, encoder, { cache })).toMatchObject({ cached: 1, repeated: 0 });
    expect(
      (await all(set, encoder, { cache })).flatMap(({ notes }) => notes.map(({ format }) => format)),
    ).toEqual(['png', 'png']);
  });

  test('another preprocessing, orientation or output is not mixed up', async () => {
    const set = await noiseSet(2);
    const cache = temporaryFolder();
    await all(set, await tiny(), { cache });
    const others: [Encoder, EncodingOptions][] = [
      [await tiny({ preprocessing: { ...steps, range: '0..1' } }), {}],
      [await tiny({ outputs: { embeddings: 'logits' } }), {}],
      [await tiny(), { orientation: 'applied' }],
    ];
    for (const [encoder, options] of others)
      expect(await progressOf(set, encoder, { ...options, cache })).toMatchObject({ cached: 0 });
  });

  test('a cache that cannot be used is a warning of the run, and all is encoded', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { n, warnings } = await collectEmbeddings(
      encodeImages(await noiseSet(3), await tiny(), { cache: file }),
    );
    expect([n, warnings.map(({ code }) => code)]).toEqual([3, ['CACHE_NOT_WRITTEN']]);
  });
});

describe('images that cannot be read', () => {
  async function mixed(): Promise<ImageSet> {
    const png = await noisePng(1);
    return setOf([
      entryOf('a.png', png),
      entryOf('empty.png', new Uint8Array(0)),
      entryOf('text.png', Buffer.from('hello')),
      entryOf('z.png', await noisePng(2)),
    ]);
  }

  test('encodeImages names the first of them, whatever comes of the others', async () => {
    for (const batchSize of [1, 2, 16]) {
      const failure = all(await mixed(), await tiny(), { batchSize });
      await expect(failure).rejects.toThrow(InputError);
      await expect(failure).rejects.toThrow(
        /^images\/empty\.png: must hold an image; it is empty \(0 bytes\)/,
      );
    }
  });

  test('encodeImages leaves them out when it is asked to, and says so', async () => {
    const { n, ids, skipped } = await collectEmbeddings(
      encodeImages(await mixed(), await tiny(), { unreadable: 'skipped', batchSize: 2 }),
    );
    expect([n, ids]).toEqual([2, ['a.png', 'z.png']]);
    expect(skipped).toMatchObject([
      { id: 'empty.png', reason: 'must hold an image; it is empty (0 bytes)' },
      { id: 'text.png' },
    ]);
  });

  test('a file that cannot be opened is one of them', async () => {
    const excluded: ImageEntry = {
      id: 'gone.png',
      load: async () => {
        throw new InputError('UNREADABLE_FILE', { where: 'images/gone.png', expected: 'no such file' });
      },
    };
    const set = setOf([excluded, entryOf('a.png', await noisePng(1))]);
    const encoder = await tiny();
    await expect(all(set, encoder)).rejects.toThrow('images/gone.png: no such file.');
    expect(await progressOf(set, encoder, { unreadable: 'skipped' })).toMatchObject({ done: 2, skipped: 1 });
  });

  test('a set of which nothing is left is refused, with the first reason', async () => {
    const set = setOf([entryOf('empty.png', new Uint8Array(0))]);
    const run = encodeImages(set, await tiny(), { unreadable: 'skipped' });
    await expect(collectEmbeddings(run)).rejects.toThrow(
      'images: must have at least one image that can be read; got 1 that cannot, the first of them empty.png: must hold an image; it is empty (0 bytes).',
    );
  });

  test('an image of too many pixels is refused before it is decoded', async () => {
    const set = setOf([entryOf('a.png', await noisePng(1))]);
    const encoder = await tiny();
    await expect(all(set, encoder, { maxPixels: 479 })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    expect(await progressOf(set, encoder, { maxPixels: 480 })).toMatchObject({ done: 1 });
  });

  test('a fault that is no image’s ends the run, also where unreadable images are left out', async () => {
    const broken: ImageEntry = { id: 'a.png', load: () => Promise.reject(new TypeError('a bug')) };
    await expect(all(setOf([broken]), await tiny(), { unreadable: 'skipped' })).rejects.toThrow('a bug');
  });

  test('a network that gives NaN is named with the image', async () => {
    const encoder = await tiny({
      preprocessing: { ...steps, range: { mean: [0, 0, 0], std: [1e-38, 1e-38, 1e-38] } },
    });
    await expect(all(await noiseSet(1), encoder)).rejects.toThrow(
      'images/000.png: the network must give finite numbers; got NaN or infinity.',
    );
  });
});

describe('a run that ends early', () => {
  test('encodeImages reads no further ahead than its batches in hand', async () => {
    const images = await noiseSet(60);
    let loaded = 0;
    const entries = images.entries.map(({ id, load }) => ({
      id,
      load: () => {
        loaded++;
        return load();
      },
    }));
    const run = encodeImages(setOf(entries), await tiny(), { batchSize: 2 })[Symbol.asyncIterator]();
    await run.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(loaded).toBeLessThanOrEqual(8);
    await run.return!();
  });

  test('an abort stops the run at once, and the encoder can be used again', async () => {
    const set = await noiseSet(30);
    const encoder = await tiny();
    const abort = new AbortController();
    const run = all(set, encoder, {
      batchSize: 2,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(run).rejects.toThrow(InterruptedError);
    await expect(run).rejects.toThrow('images: encoding was interrupted before the last image.');
    expect(await progressOf(set, encoder)).toMatchObject({ done: 30 });
  });

  test('a signal that is aborted from the start lets nothing begin', async () => {
    await expect(all(await noiseSet(3), await tiny(), { signal: AbortSignal.abort() })).rejects.toMatchObject(
      {
        code: 'INTERRUPTED',
      },
    );
  });

  test('a program that breaks off, aborts or fails ends by itself: no thread is left', async () => {
    const folder = temporaryFolder();
    const path = await writeTinyEncoder(folder);
    writeFileSync(join(folder, 'a.png'), await noisePng(1));
    const program = `
      const { encodeImages } = await import(${JSON.stringify(new URL('../../encoders/encode-images.js', import.meta.url).href)});
      const { openEncoder } = await import(${JSON.stringify(new URL('../../encoders/open-encoder.js', import.meta.url).href)});
      const { readFile } = await import('node:fs/promises');
      const encoder = await openEncoder(${JSON.stringify(path)});
      const bytes = await readFile(${JSON.stringify(join(folder, 'a.png'))});
      const entries = (last) => Array.from({ length: 30 }, (_, i) => ({ id: '' + i, load: async () => ({ kind: 'encoded', bytes: i === 29 ? last : bytes }) }));
      const set = (last) => ({ source: 'images', kind: 'folder', entries: entries(last), close: async () => {} });
      for await (const batch of encodeImages(set(bytes), encoder, { batchSize: 2 })) break;
      const abort = new AbortController();
      try { for await (const batch of encodeImages(set(bytes), encoder, { batchSize: 2, signal: abort.signal })) abort.abort(); } catch (error) { console.log(error.code); }
      try { for await (const batch of encodeImages(set(Buffer.from('x')), encoder, { batchSize: 2 })); } catch (error) { console.log(error.code); }
      console.log('end');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect([code, output]).toEqual([0, 'INTERRUPTED\nUNREADABLE_IMAGE\nend\n']);
  });
});

describe('options of encodeImages', () => {
  test('numbers that cannot be are refused before anything begins', async () => {
    const encoder = await tiny();
    const set = await noiseSet(1);
    expect(() => encodeImages(set, encoder, { batchSize: 0 })).toThrow(
      'batchSize: must be a whole number of at least 1; got 0.',
    );
    expect(() => encodeImages(set, encoder, { workers: 1.5 })).toThrow('workers: must be');
    expect(() => encodeImages(set, encoder, { maxPixels: Number.NaN })).toThrow('maxPixels: must be');
  });

  test('an empty set and an id that comes twice are refused', async () => {
    const encoder = await tiny();
    const png = await noisePng(1);
    expect(() => encodeImages(setOf([]), encoder)).toThrow('images: must hold at least one image');
    expect(() => encodeImages(setOf([entryOf('a', png), entryOf('a', png)]), encoder)).toThrow(
      'images: every image must have a name of its own; got 1 name more than once: a.',
    );
  });
});

describe('foldMoments', () => {
  test('foldMoments gives the moments of the embeddings that collectEmbeddings gives', async () => {
    const set = await noiseSet(30);
    const encoder = await tiny();
    const collected = await collectEmbeddings(encodeImages(set, encoder));
    const folded = await foldMoments(encodeImages(set, encoder, { batchSize: 7 }));
    const expected = gaussianMoments(collected.embeddings!);
    expect({ ...folded, moments: null }).toEqual({ ...collected, embeddings: null, logits: null });
    folded.moments!.covariance.forEach((value, i) => {
      expect(Math.abs(value - expected.covariance[i]!)).toBeLessThanOrEqual(1e-6 * expected.covariance[0]!);
    });
  });

  test('foldMoments of one image is refused', async () => {
    await expect(foldMoments(encodeImages(await noiseSet(1), await tiny()))).rejects.toThrow(
      'images: a covariance needs at least 2 images; got 1.',
    );
  });
});

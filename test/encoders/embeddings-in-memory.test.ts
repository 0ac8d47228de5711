import { describe, expect, test } from 'vitest';
import { collectEmbeddings } from '../../encoders/collect-embeddings.js';
import { embeddedSet, embeddings, type NamedImage } from '../../encoders/embeddings-in-memory.js';
import { encodeImages } from '../../encoders/encode-images.js';
import type { Image } from '../../encoders/images/image.js';
import { demoEncoderPath } from '../../encoders/open-chosen-encoder.js';
import { openEncoder } from '../../encoders/open-encoder.js';
import { rejected, thrown } from '../support/thrown.js';

function image(k: number, side = 24): Image {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * (k + 3) + k) % 256);
  return { width: side, height: side, data };
}

describe('embeddings', () => {
  test('of a generator are those of the same images in a folder, in every stretch', async () => {
    const count = 300; // more than are held at once
    const encoder = await openEncoder(demoEncoderPath('demo-inception'));
    try {
      const ids = Array.from({ length: count }, (_, k) => String(k).padStart(8, '0'));
      const entries = ids.map((id, k) => ({
        id,
        load: async () => ({ kind: 'pixels' as const, image: image(k) }),
      }));
      const whole = await collectEmbeddings(
        encodeImages({ source: 'memory', kind: 'array', entries, close: async () => {} }, encoder),
      );
      const buffer = new Uint8Array(24 * 24 * 3);
      async function* images(): AsyncGenerator<NamedImage> {
        for (let k = 0; k < count; k++) {
          buffer.set(image(k).data); // the same memory each time
          yield { width: 24, height: 24, data: buffer };
        }
      }
      const streamed = await embeddings(images(), { encoder });
      const { embeddings: rows, logits, ...facts } = streamed;
      expect(rows!.n).toBe(count);
      expect(rows!.data).toEqual(whole.embeddings!.data);
      expect(logits!.data).toEqual(whole.logits!.data);
      const { embeddings: _, logits: __, ...expected } = whole;
      expect(facts).toEqual(expected);
    } finally {
      await encoder.close();
    }
  });

  test('take names and a preprocessing of the caller’s', async () => {
    const named = await embeddings(
      [
        { id: 'b', ...image(1) },
        { id: 'a', ...image(2, 9) },
      ],
      {
        encoder: 'demo-inception',
        source: 'my sampler',
        preprocessing: { resize: 40, resample: 'pillow-bilinear', crop: 'none', range: '0..1' },
      },
    );
    expect(named.ids).toEqual(['b', 'a']);
    expect(named.source).toBe('my sampler');
    expect(named.encoder.preprocessing).toBe('pillow-bilinear 40, 0..1');
  });

  test.each([
    [
      'SHAPE_MISMATCH memory, 00000001: an image must hold height × width × 3 bytes, 2 × 2 × 3 = 12; got 16. Give RGB without alpha, rows first.',
      [image(1), { width: 2, height: 2, data: new Uint8Array(16) }],
    ],
    ['TOO_FEW_SAMPLES memory: must hold at least one image; got 0.', []],
    [
      'DUPLICATE_IDS memory: every image must have a name of its own; got 1 name more than once: a. Rename or remove the second of each.',
      [
        { id: 'a', ...image(1) },
        { id: 'a', ...image(2) },
      ],
    ],
  ])('%s', async (message, images) => {
    expect(await rejected(embeddings(images, { encoder: 'demo-clip' }))).toBe(message);
  });
});

describe('embeddedSet', () => {
  const rows = { n: 2, d: 2, data: Float32Array.of(1, 2, 3, 4) };

  test('says whose rows it holds, and that it does not know', () => {
    const { encoder, warnings, source } = embeddedSet(rows);
    expect([encoder.origin, source]).toEqual(['unknown', 'memory']);
    expect(warnings.map(({ code }) => code)).toEqual(['UNKNOWN_PROVENANCE']);
    const own = embeddedSet(rows, { encoder: 'my-net', ids: ['b', 'a'], logits: rows });
    expect(own.encoder).toEqual({ id: 'my-net', sha256: null, preprocessing: null, origin: 'custom' });
    expect([own.warnings, own.ids, own.logits]).toEqual([[], ['b', 'a'], rows]);
  });

  test.each([
    [
      'SHAPE_MISMATCH memory, ids: must have one for each of the 2 embeddings; got 1.',
      () => embeddedSet(rows, { ids: ['a'] }),
    ],
    [
      'SHAPE_MISMATCH memory, logits: must have one for each of the 2 embeddings; got 1.',
      () => embeddedSet(rows, { logits: { n: 1, d: 1, data: Float32Array.of(1) } }),
    ],
    [
      'TOO_FEW_SAMPLES mine: must hold at least one image; got 0.',
      () => embeddedSet({ n: 0, d: 2, data: new Float32Array(0) }, { source: 'mine' }),
    ],
  ])('%s', (message, call) => {
    expect(thrown(call)).toBe(message);
  });

  test('a value that is no number is named', () => {
    expect(thrown(() => embeddedSet({ n: 1, d: 2, data: Float32Array.of(1, Number.NaN) }))).toContain(
      'got NaN in row 0, column 1',
    );
    expect(thrown(() => embeddedSet(rows, { ids: ['a', 'a'] }))).toContain('DUPLICATE_IDS');
  });
});

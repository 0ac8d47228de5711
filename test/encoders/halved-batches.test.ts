import { expect, test } from 'vitest';
import type { Encoder } from '../../encoders/encoder.js';
import { halvedBatches } from '../../encoders/halved-batches.js';
import { OptionError } from '../../errors.js';

const SHAPE = { height: 1, width: 1 } as const;

/** An encoder whose device holds so many images; its embeddings are (first channel, sum of all). */
function encoderOf(room: number, asked: number[]): Encoder['encode'] {
  return async (images, { n }) => {
    asked.push(n);
    if (n > room)
      throw new OptionError('UNAVAILABLE_DEVICE', {
        where: 'device webgpu',
        expected: 'must have memory for one batch',
        lacks: 'memory',
      });
    const rows = Array.from({ length: n }, (_, i) => [...images.subarray(3 * i, 3 * i + 3)]);
    return {
      n,
      d: 2,
      embeddings: Float32Array.from(rows.flatMap(([r, g, b]) => [r!, r! + g! + b!])),
      logits: Float32Array.from(rows.flatMap(([r]) => [-r!])),
      classes: 1,
    };
  };
}

function imagesOf(n: number): Float32Array {
  return Float32Array.from({ length: 3 * n }, (_, i) => i);
}

test('batches beyond the device’s memory are halved until they fit, with the same rows, and said once for each size', async () => {
  const asked: number[] = [];
  const said: number[] = [];
  const encode = halvedBatches(encoderOf(3, asked), (n) => said.push(n));
  const whole = await encoderOf(99, [])(imagesOf(11), { n: 11, ...SHAPE });
  expect(await encode(imagesOf(11), { n: 11, ...SHAPE })).toEqual(whole);
  expect(asked).toEqual([11, 6, 3, 3, 3, 2]);
  expect(said).toEqual([6, 3]);
  asked.length = 0;
  expect(await encode(imagesOf(11), { n: 11, ...SHAPE })).toEqual(whole);
  expect(asked).toEqual([3, 3, 3, 2]);
});

test('one image that does not fit, and an error of another kind, are thrown', async () => {
  const none = halvedBatches(encoderOf(0, []), () => {});
  await expect(none(imagesOf(2), { n: 2, ...SHAPE })).rejects.toMatchObject({ details: { lacks: 'memory' } });
  const asked: number[] = [];
  const lost = halvedBatches(
    async (_, { n }) => {
      asked.push(n);
      throw new OptionError('UNAVAILABLE_DEVICE', { where: 'device webgpu', expected: 'was lost' });
    },
    () => {},
  );
  await expect(lost(imagesOf(4), { n: 4, ...SHAPE })).rejects.toThrow('was lost');
  expect(asked).toEqual([4]);
});

import { describe, expect, test } from 'vitest';
import { preprocessImage } from '../../encoders/images/preprocess-image.js';
import type { PixelRange, Preprocessing } from '../../encoders/images/preprocessing.js';
import { patternImage } from '../support/pattern-image.js';
import { projectFile } from '../support/project.js';

interface Case {
  pipeline: string;
  input: [number, number];
  preprocessing: Preprocessing;
  output: [number, number, number];
  data: string;
}

const { cases } = JSON.parse(projectFile('test/reference/preprocessing.json')) as { cases: Case[] };
const name = 'a.png';
const plain: Preprocessing = { resize: null, resample: 'pillow-bicubic', crop: 'none', range: '0..255' };

function floats(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}

describe('preprocessImage', () => {
  test.each(cases)("preprocessImage as $pipeline from $input is the peer's in every bit", (one) => {
    const { data, height, width } = preprocessImage(patternImage(...one.input), one.preprocessing, { name });
    expect([3, height, width]).toEqual(one.output);
    expect([...data]).toEqual(floats(one.data));
  });

  test('preprocessImage puts channels into planes', () => {
    const image = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect([...preprocessImage(image, plain, { name }).data]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  test.each<[PixelRange, number, number]>([
    ['0..255', 0, 255],
    ['0..1', 0, 1],
    ['-1..1', -1, 1],
    ['(x-128)/128', -1, 127 / 128],
    [{ mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }, -2, 2],
  ])('range %j maps black and white to its ends', (range, black, white) => {
    const image = { width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 255, 255, 255) };
    const { data } = preprocessImage(image, { ...plain, range }, { name });
    expect([...data]).toEqual([black, white, black, white, black, white]);
  });

  test('pillow-bicubic-float is clipped to 0 … 255, torch-bicubic overshoots', () => {
    const data = Uint8Array.from({ length: 48 }, (_, i) => (i < 24 ? 0 : 255));
    const step = { width: 16, height: 1, data };
    const range = (resample: 'pillow-bicubic-float' | 'torch-bicubic') => {
      const { data: values } = preprocessImage(step, { ...plain, resize: [1, 40], resample }, { name });
      return [Math.min(...values), Math.max(...values)];
    };
    expect(range('pillow-bicubic-float')).toEqual([0, 255]);
    expect(range('torch-bicubic')[0]).toBeLessThan(-5);
    expect(range('torch-bicubic')[1]).toBeGreaterThan(260);
  });

  test('resize null passes the size through', () => {
    const { height, width } = preprocessImage(patternImage(5, 8), plain, { name });
    expect([height, width]).toEqual([5, 8]);
  });

  test('center-square-first without a resize cuts the largest square', () => {
    const image = patternImage(3, 8);
    const { data, height, width } = preprocessImage(
      image,
      { ...plain, crop: 'center-square-first' },
      { name },
    );
    expect([height, width]).toEqual([3, 3]);
    expect([...data.subarray(0, 3)]).toEqual([2, 3, 4].map((x) => image.data[x * 3]));
  });

  test('center of a long sliver takes no more memory than its window', () => {
    const sliver = { width: 200_000, height: 1, data: new Uint8Array(600_000).fill(9) };
    const { data } = preprocessImage(sliver, { ...plain, resize: 64, crop: 'center' }, { name });
    expect(new Set(data)).toEqual(new Set([9]));
  });

  test('center needs one side to resize to', () => {
    for (const resize of [null, [3, 4]] as const)
      expect(() =>
        preprocessImage(patternImage(5, 5), { ...plain, resize, crop: 'center' }, { name }),
      ).toThrow(/crop "center" needs resize to be one side; got/);
  });

  test('preprocessImage refuses pixels that do not fill the image', () => {
    const image = { width: 2, height: 2, data: new Uint8Array(11) };
    expect(() => preprocessImage(image, plain, { name })).toThrow(
      'a.png: an image of 2 × 2 pixels must hold 12 bytes, at least 3; got 11.',
    );
    const empty = { width: 0, height: 2, data: new Uint8Array(0) };
    expect(() => preprocessImage(empty, plain, { name })).toThrow(/0 bytes, at least 3; got 0/);
  });
});

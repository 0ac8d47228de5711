import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../encoders/images/image.js';
import { RESAMPLERS, type Resampler } from '../../encoders/images/preprocessing.js';
import { type Axes, wholeAxis } from '../../encoders/images/resamplers/axis.js';
import { RESAMPLE } from '../../encoders/images/resamplers/resample.js';
import { patternImage } from '../support/pattern-image.js';
import { projectFile } from '../support/project.js';

interface Case {
  input: [number, number];
  output: [number, number];
  results: Partial<Record<Resampler, string>>;
}

const fixture = JSON.parse(projectFile('test/reference/resamplers.json')) as {
  row: number[];
  rows: Record<Resampler, Record<string, number[]>>;
  small: Case[];
  large: Case[];
};

const BYTES_AS_THEY_ARE = Float32Array.from({ length: 256 }, (_, byte) => byte);

function axes([inHeight, inWidth]: [number, number], [outHeight, outWidth]: [number, number]): Axes {
  return { x: wholeAxis(inWidth, outWidth), y: wholeAxis(inHeight, outHeight) };
}

function resampled(image: Image, name: Resampler, sizes: Axes): Uint8Array | Float32Array {
  const resampler = RESAMPLE[name];
  return resampler.gives === 'bytes'
    ? resampler.resample(image, sizes).data
    : resampler.resample(image, sizes, BYTES_AS_THEY_ARE).data;
}

function bytesOf(data: Uint8Array | Float32Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function expected(name: Resampler, base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  if (RESAMPLE[name].gives === 'bytes') return [...bytes];
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}

describe.each(RESAMPLERS)('%s', (name) => {
  test.each([5, 11])(`${name} of a row of 8 pixels to %i is its library's`, (width) => {
    const data = Uint8Array.from(fixture.row.flatMap((value) => [value, value, value]));
    const result = resampled({ width: 8, height: 1, data }, name, axes([1, 8], [1, width]));
    expect([...result].filter((_, i) => i % 3 === 0)).toEqual(fixture.rows[name][width]);
  });

  const small = fixture.small.filter(({ results }) => results[name] !== undefined);
  test.each(small)(`${name} from $input to $output is its library's in every bit`, (one) => {
    const result = resampled(patternImage(...one.input), name, axes(one.input, one.output));
    expect([...result]).toEqual(expected(name, one.results[name]!));
  });

  const large = fixture.large.filter(({ results }) => results[name] !== undefined);
  test.each(large)(`${name} from $input to $output has the hash of its library's`, (one) => {
    const result = resampled(patternImage(...one.input), name, axes(one.input, one.output));
    expect(createHash('sha256').update(bytesOf(result)).digest('hex')).toBe(one.results[name]);
  });

  test(`${name} leaves an image of the wanted size as it is`, () => {
    const image = patternImage(13, 9);
    expect([...resampled(image, name, axes([13, 9], [13, 9]))]).toEqual([...image.data]);
  });

  test(`${name} keeps a constant image constant`, () => {
    const image = { width: 10, height: 7, data: new Uint8Array(210).fill(77) };
    for (const value of resampled(image, name, axes([7, 10], [4, 23])))
      expect(Math.abs(value - 77)).toBeLessThan(77 * 1e-6); // weights of float32 resamplers add up to 1 to rounding
  });

  test(`${name} computes a window of its output as it is in the whole`, () => {
    const image = patternImage(19, 26);
    const whole = resampled(image, name, axes([19, 26], [30, 11]));
    const part = resampled(image, name, {
      x: { input: 26, output: 11, start: 3, length: 5 },
      y: { input: 19, output: 30, start: 12, length: 7 },
    });
    const cut = Array.from({ length: 7 }, (_, y) => [
      ...whole.subarray(((12 + y) * 11 + 3) * 3, ((12 + y) * 11 + 8) * 3),
    ]).flat();
    expect([...part]).toEqual(cut);
  });
});

import { describe, expect, test } from 'vitest';
import type { Image } from '../../encoders/images/image.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { motionBlurred } from '../../sample-size-study/distortions/blur.js';
import { hsv, rgb } from '../../sample-size-study/distortions/color.js';
import { contaminatedImageSet } from '../../sample-size-study/distortions/contamination.js';
import { distortedImageSet } from '../../sample-size-study/distortions/distorted-image-set.js';
import type { Distortion } from '../../sample-size-study/distortions/distortion.js';
import { distortionCatalog } from '../../sample-size-study/distortions/distortion-catalog.js';
import { plasma } from '../../sample-size-study/distortions/fog.js';
import { normalVariate, poissonVariate } from '../../sample-size-study/distortions/noise.js';
import { patchCodebook, tokenNoised } from '../../sample-size-study/distortions/patch-codebook.js';
import { swirled } from '../../sample-size-study/distortions/swirl.js';
import { roundedImage, unitImage } from '../../sample-size-study/distortions/unit-image.js';
import { projectFile } from '../support/project.js';
import { expectWithin } from '../support/tolerance.js';

interface Fixture {
  readonly width: number;
  readonly height: number;
  readonly cases: readonly { kind: string; level: number; expected: number[] }[];
  readonly swirls: readonly { strength: number; expected: number[] }[];
  readonly motions: readonly { radius: number; sigma: number; angle: number; expected: number[] }[];
}

const fixture: Fixture = JSON.parse(projectFile('test/reference/distortions.json'));
const size = { width: fixture.width, height: fixture.height };

/** The library and we may stand on two sides of the step from one byte to the next. */
const ONE_LEVEL = 1;

/** Whole 255ths sit on that step, so the last bit of a float decides; a wrong formula moves nearly all values. */
const SHARE_ON_THE_STEP = 0.1;

function imageOf(value: (x: number, y: number, channel: number) => number, { width, height } = size): Image {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return value(pixel % width, Math.floor(pixel / width), i % 3) % 256;
  });
  return { width, height, data };
}

const rough = imageOf((x, y, c) => 37 * x + 101 * y + 59 * c + 13 * x * y + 7 * x * x * c);
const smooth = imageOf((x, y, c) => 11 * x + 5 * y + 40 * c);
const gray = imageOf(() => 128, { width: 64, height: 64 });

/** A small deterministic stream (mulberry32): enough for moments. */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function family(id: string): Distortion {
  return distortionCatalog.find((distortion) => distortion.id === id)!;
}

async function distorted(id: string, image: Image, level: number, seed = 1): Promise<Image> {
  const distortion = family(id);
  return distortion.apply(image, distortion.levels(image)[level - 1]!, stream(seed));
}

function largestDifference(first: ArrayLike<number>, second: ArrayLike<number>): number {
  expect(first.length).toBe(second.length);
  return Array.from(first).reduce((largest, value, i) => Math.max(largest, Math.abs(value - second[i]!)), 0);
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function standardDeviation(values: ArrayLike<number>): number {
  const center = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - center) ** 2)));
}

describe('deterministic distortions equal the published programs', () => {
  const kinds = [...new Set(fixture.cases.map(({ kind }) => kind))].filter(
    (kind) => family(kind) !== undefined,
  );
  test.each(
    kinds,
  )('%s, every level, within one level of the library on which the program stands', async (kind) => {
    for (const { level, expected } of fixture.cases.filter((one) => one.kind === kind)) {
      const { data } = await distorted(kind, rough, level);
      expectWithin(largestDifference(data, expected), ONE_LEVEL);
      const off = Array.from(data).filter((value, i) => value !== expected[i]).length;
      expect(off / data.length).toBeLessThan(SHARE_ON_THE_STEP);
    }
  });

  test('swirled equals skimage.transform.swirl within one level', () => {
    for (const { strength, expected } of fixture.swirls) {
      const turned = roundedImage(swirled(unitImage(rough), { strength, radius: 25, center: [9, 10] }));
      expectWithin(largestDifference(turned.data, expected), ONE_LEVEL);
    }
  });

  test('motionBlurred equals ImageMagick -motion-blur within one level', () => {
    for (const { radius, sigma, angle, expected } of fixture.motions) {
      const blurred = motionBlurred(smooth, { radius, sigma, angle });
      expectWithin(largestDifference(blurred.data, expected), ONE_LEVEL);
    }
  });
});

describe('random distortions have the moments of their formula', () => {
  test('gaussian-noise on mid gray has the published standard deviation', async () => {
    const { data } = await distorted('gaussian-noise', gray, 2);
    expect(standardDeviation(data) / 255).toBeCloseTo(0.08, 2);
    expect(mean(data)).toBeGreaterThan(126);
    expect(mean(data)).toBeLessThan(129);
  });

  test('shot-noise at λ photons has standard deviation √(x/λ)', async () => {
    const { data } = await distorted('shot-noise', gray, 3);
    expect(standardDeviation(data) / 255).toBeCloseTo(Math.sqrt(128 / 255 / 50), 2);
  });

  test('impulse-noise changes the published share of channel values, half to 0 and half to 255', async () => {
    const { data } = await distorted('impulse-noise', gray, 5);
    const dark = data.filter((value) => value === 0).length / data.length;
    const bright = data.filter((value) => value === 255).length / data.length;
    expect(dark).toBeCloseTo(0.07, 2);
    expect(bright).toBeCloseTo(0.07, 2);
  });

  test('salt-and-pepper changes whole pixels', async () => {
    const { data } = await distorted('salt-and-pepper', gray, 3);
    const pixels = Array.from({ length: 64 * 64 }, (_, i) => Array.from(data.subarray(3 * i, 3 * i + 3)));
    const hit = pixels.filter(([red]) => red !== 128);
    expect(hit.every(([red, green, blue]) => red === green && green === blue)).toBe(true);
    expect(hit.length / pixels.length).toBeCloseTo(0.3, 1);
  });

  test('fid-noise mixes the image with noise that fills the range', async () => {
    const { data } = await distorted('fid-noise', gray, 3);
    expect(Math.min(...data)).toBeLessThanOrEqual(Math.round(0.25 * 128));
    expect(Math.max(...data)).toBeGreaterThanOrEqual(Math.round(0.25 * 128 + 0.75 * 255));
  });

  test('black-rectangles covers at least the one rectangle and at most five', async () => {
    const { data } = await distorted('black-rectangles', gray, 1);
    const share = data.filter((value) => value === 0).length / data.length;
    expect(share).toBeGreaterThanOrEqual(1 / 16);
    expect(share).toBeLessThanOrEqual(5 / 16);
  });

  test('plasma fills 0 … 1 and is rougher when the decay is small', () => {
    const roughness = (decay: number) => {
      const map = plasma({ side: 64, decay }, stream(3));
      return mean(Array.from({ length: map.length - 1 }, (_, i) => Math.abs(map[i + 1]! - map[i]!)));
    };
    const map = plasma({ side: 64, decay: 2 }, stream(3));
    expect([Math.min(...map), Math.max(...map)]).toEqual([0, 1]);
    expect(roughness(1.4)).toBeGreaterThan(roughness(3));
  });

  test('fog at a brightest channel m keeps within 0 … m', async () => {
    const { data } = await distorted('fog', gray, 5);
    expect(Math.max(...data)).toBeLessThanOrEqual(128);
  });

  test('normalVariate has mean 0 and variance 1', () => {
    const random = stream(4);
    const draws = Array.from({ length: 20_000 }, () => normalVariate(random));
    expect(mean(draws)).toBeCloseTo(0, 1);
    expect(standardDeviation(draws)).toBeCloseTo(1, 1);
  });

  test.each([0, 0.3, 5, 40, 300])('poissonVariate of mean %d has mean and variance %d', (lambda) => {
    const random = stream(5);
    const draws = Array.from({ length: 5_000 }, () => poissonVariate(lambda, random));
    const tolerance = 5 * Math.sqrt((lambda + 1e-12) / draws.length); // five standard errors of the mean
    expect(Math.abs(mean(draws) - lambda)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(standardDeviation(draws) ** 2 - lambda)).toBeLessThanOrEqual(0.15 * lambda);
  });
});

describe('token noise', () => {
  const tiles = imageOf((x, y, c) => (Math.floor(x / 8) % 2 === Math.floor(y / 8) % 2 ? 200 : 40 + 20 * c), {
    width: 96,
    height: 64,
  });
  const codebook = patchCodebook([tiles], { size: 2 }, stream(1));

  test("of an image made of the codebook's own patches is that image at p = 0", () => {
    expect(tokenNoised(tiles, { codebook, probability: 0 }, stream(2)).data).toEqual(tiles.data);
  });

  test('exchanges more patches at a larger p, and those of a smaller p among them', () => {
    const changed = (probability: number) => {
      const { data } = tokenNoised(tiles, { codebook, probability }, stream(2));
      return new Set(Array.from(data.keys()).filter((i) => data[i] !== tiles.data[i]));
    };
    const [few, many] = [changed(0.2), changed(0.9)];
    expect(many.size).toBeGreaterThan(few.size);
    expect([...few].every((place) => many.has(place))).toBe(true);
  });
});

describe('sets', () => {
  const entry = (id: string, image: Image) => ({
    id,
    load: async () => ({ kind: 'pixels' as const, image }),
  });
  const setOf = (images: Readonly<Record<string, Image>>): ImageSet => ({
    source: 'images/',
    kind: 'folder',
    entries: Object.entries(images).map(([id, image]) => entry(id, image)),
    close: async () => {},
  });
  const pixels = async (set: ImageSet) =>
    Promise.all(
      set.entries.map(async ({ load }) => {
        const stored = await load();
        return stored.kind === 'pixels' ? stored.image.data : stored.bytes;
      }),
    );

  test('distortedImageSet distorts an image by its id, whatever else the set holds', async () => {
    const settings = { distortion: family('gaussian-noise'), level: 3, seed: 2020 };
    const [, alone] = await pixels(distortedImageSet(setOf({ 'a.png': gray, 'b.png': rough }), settings));
    const [first] = await pixels(distortedImageSet(setOf({ 'b.png': rough }), settings));
    expect(alone).toEqual(first);
    const [other] = await pixels(distortedImageSet(setOf({ 'c.png': rough }), settings));
    expect(other).not.toEqual(first);
  });

  test('contaminatedImageSet replaces about the share, and at a larger share the same images and more', async () => {
    const ids = Array.from({ length: 400 }, (_, i) => `${i}.png`);
    const set = setOf(Object.fromEntries(ids.map((id) => [id, gray])));
    const intruders = setOf({ 'x.png': rough });
    const replaced = async (share: number) => {
      const images = await pixels(contaminatedImageSet(set, { intruders, share, seed: 1 }));
      return new Set(ids.filter((_, i) => images[i] === rough.data));
    };
    const [quarter, half] = [await replaced(0.25), await replaced(0.5)];
    expect(quarter.size / 400).toBeCloseTo(0.25, 1);
    expect(half.size / 400).toBeCloseTo(0.5, 1);
    expect([...quarter].every((id) => half.has(id))).toBe(true);
  });
});

describe('every family', () => {
  test.each(
    distortionCatalog.map(({ id }) => id),
  )('%s leaves its input alone, keeps the size and repeats itself', async (id) => {
    const before = Uint8Array.from(rough.data);
    const levels = family(id).levels(rough).length;
    const first = await distorted(id, rough, levels, 7);
    const second = await distorted(id, rough, levels, 7);
    expect(rough.data).toEqual(before);
    expect([first.width, first.height, first.data.length]).toEqual([
      size.width,
      size.height,
      rough.data.length,
    ]);
    expect(first.data).toEqual(second.data);
    expect(first.data).not.toEqual(rough.data);
  });

  test('ids are unique and every family has three or five levels', () => {
    expect(new Set(distortionCatalog.map(({ id }) => id)).size).toBe(distortionCatalog.length);
    for (const { levels } of distortionCatalog) expect([3, 5]).toContain(levels(size).length);
  });

  test('the severity table follows the size of the image', () => {
    const sd = (side: number) =>
      family('gaussian-noise').levels({ width: side, height: side })[4]!['standardDeviation'];
    expect([sd(32), sd(64), sd(299)]).toEqual([0.1, 0.18, 0.38]);
  });
});

test('rgb is the inverse of hsv', () => {
  for (const color of [
    [0, 0, 0],
    [1, 1, 1],
    [1, 0, 0],
    [0.2, 0.7, 0.4],
    [0.9, 0.1, 0.6],
  ] as const) {
    rgb(hsv(color)).forEach((value, i) => {
      expect(value).toBeCloseTo(color[i]!, 12);
    });
  }
});

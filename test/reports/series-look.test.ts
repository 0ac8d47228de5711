import { expect, test } from 'vitest';
import { seriesLook } from '../../reports/figures/series-look.js';

/** Linear RGB as seen without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1. */
const VISION = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
} as const;
/** sRGB to XYZ at D65, IEC 61966-2-1. */
const XYZ = [
  [0.4124, 0.3576, 0.1805],
  [0.2126, 0.7152, 0.0722],
  [0.0193, 0.1192, 0.9505],
];
/** A fifth of the way from black to white. */
const APART = 20;

const product = (matrix: readonly (readonly number[])[], vector: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0));

/** CIE L*a*b* of a color, as an eye sees it. */
function lab(color: string, eye: (typeof VISION)[keyof typeof VISION]): readonly number[] {
  const linear = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const seen = product(eye, linear).map((part) => Math.min(1, Math.max(0, part)));
  const white = product(XYZ, [1, 1, 1]);
  const [x, y, z] = product(XYZ, seen).map((part, i) => {
    const share = part / white[i]!;
    return share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116;
  }) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test.each(
  Object.entries(VISION),
)('the colors of the first four series are far apart in %s vision', (_, eye) => {
  const seen = Array.from({ length: 4 }, (__, i) => lab(seriesLook(i).color, eye));
  const distances = seen.flatMap((one, i) =>
    seen.slice(i + 1).map((other) => Math.hypot(...one.map((part, k) => part - other[k]!))),
  );
  expect(Math.min(...distances)).toBeGreaterThan(APART);
});

test('forty-two series differ as lines, by color and dash, and as dots, by color and marker', () => {
  const looks = Array.from({ length: 42 }, (_, i) => seriesLook(i));
  expect(new Set(looks.map(({ color, dash }) => `${color} ${dash}`)).size).toBe(42);
  expect(new Set(looks.map(({ color, marker }) => `${color} ${marker}`)).size).toBe(42);
});

test('the first seven series differ without color, as lines and as dots', () => {
  const looks = Array.from({ length: 7 }, (_, i) => seriesLook(i));
  expect(new Set(looks.map(({ dash }) => dash)).size).toBe(7);
  expect(new Set(looks.map(({ marker }) => marker)).size).toBe(7);
});

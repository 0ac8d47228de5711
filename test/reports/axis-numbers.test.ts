import { describe, expect, test } from 'vitest';
import { apartPlaces, apartTicks, axisNumbers } from '../../reports/figures/axis-ticks.js';
import { textWidth } from '../../reports/figures/figure-size.js';

describe('axisNumbers', () => {
  const texts = (low: number, high: number, values: readonly number[]) => {
    const { text, note } = axisNumbers([low, high], 6);
    return [note, ...values.map(text)];
  };

  test('axisNumbers writes ordinary numbers in as many digits as their steps need', () => {
    expect(texts(0, 20, [0, 5, 20])).toEqual(['', '0', '5', '20']);
    expect(texts(-0.002, 0.012, [-0.002, 0, 0.01])).toEqual(['', '−0.002', '0.000', '0.010']);
    expect(texts(0, 9000, [1000, 8000])).toEqual(['', '1,000', '8,000']);
  });

  test('axisNumbers takes the power of ten out of very small and very large numbers, and says it', () => {
    expect(texts(1e-5, 2.4e-5, [1e-5, 2.4e-5])).toEqual([', in 10⁻⁵', '1.0', '2.4']);
    expect(texts(1e6, 2.2e6, [1e6, 1.2e6])).toEqual([', in 10⁶', '1.0', '1.2']);
  });

  test('axisNumbers asks for as much room as its numbers take', () => {
    for (const [low, high] of [
      [1e-5, 2.4e-5],
      [99_000.01, 99_000.05],
      [-1e6, 1e6],
    ] as const) {
      const { text, room } = axisNumbers([low, high], 6);
      expect(room).toBeGreaterThan(textWidth(text(low), 10));
    }
  });
});

describe('apartTicks', () => {
  const LEVELS = [0, 0.01, 0.03, 0.05, 0.07, 0.09, 0.11, 0.13, 0.15, 0.17, 0.19, 0.2, 0.25, 0.3, 0.4];

  test('apartTicks keeps both ends, and of the rest those whose numbers do not touch', () => {
    const ticks = apartTicks(LEVELS, (level) => 600 * level);
    expect([ticks[0], ticks.at(-1)]).toEqual([0, 0.4]);
    expect(ticks.length).toBeGreaterThan(4);
    ticks.slice(1).forEach((tick, i) => {
      const widths = [tick, ticks[i]!].map((one) => textWidth(String(one), 10) / 2);
      expect(600 * (tick - ticks[i]!)).toBeGreaterThan(widths[0]! + widths[1]!);
    });
  });

  test('apartTicks keeps all where there is room, and one level alone', () => {
    expect(apartTicks([0, 1, 2, 3, 4, 5], (level) => 60 * level)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(apartTicks([3], (level) => 60 * level)).toEqual([3]);
  });
});

describe('apartPlaces', () => {
  const within = { gap: 10, first: 0, last: 100 };
  test('apartPlaces leaves places alone that are far enough apart', () => {
    expect(apartPlaces([5, 15, 90], within)).toEqual([5, 15, 90]);
  });
  test('apartPlaces moves those that are too near as little as can be, and each side by as much', () => {
    expect(apartPlaces([50, 50], within)).toEqual([45, 55]);
    expect(apartPlaces([20, 50, 51, 52], within)).toEqual([20, 41, 51, 61]);
    expect(apartPlaces([40, 50, 50], within)).toEqual([
      36.666666666666664, 46.666666666666664, 56.666666666666664,
    ]);
  });
  test('apartPlaces keeps them between its ends', () => {
    expect(apartPlaces([1, 1, 99], within)).toEqual([0, 10, 99]);
    expect(apartPlaces([98, 99], within)).toEqual([90, 100]);
  });
});

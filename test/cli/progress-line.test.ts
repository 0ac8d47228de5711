import { describe, expect, test } from 'vitest';
import { durationText, progressText } from '../../cli/progress-line.js';

const progress = { task: 'encoding samples/', done: 300, total: 1200, unit: 'img' } as const;

describe('progressText', () => {
  test('progressText shows how many, images per second and the time left', () => {
    expect(progressText(progress, { elapsedMs: 10_000, columns: 80 })).toBe(
      'encoding samples/  ▕█████               ▏ 300 of 1,200  30 img/s  30 s left',
    );
  });

  test.each([30, 40, 60, 80, 200])('progressText stays within %i columns', (columns) => {
    const text = progressText(
      { ...progress, task: `encoding ${'long/'.repeat(30)}` },
      { elapsedMs: 1000, columns },
    );
    expect([...text].length).toBeLessThanOrEqual(columns);
  });

  test('progressText counts two columns for a wide character', () => {
    const task = '画像'.repeat(20);
    const text = progressText({ ...progress, task }, { elapsedMs: 1000, columns: 60 });
    expect(text).toBe('画像画像画像画像画像画…  300 of 1,200  300 img/s  3 s left');
  });

  test('progressText of work without a known end counts and gives the speed', () => {
    expect(progressText({ ...progress, total: null }, { elapsedMs: 10_000, columns: 80 })).toBe(
      'encoding samples/  300 img  30 img/s',
    );
  });

  test('progressText of steps of unlike length says how long the present one has taken', () => {
    const steps = { task: 'computing prdc', done: 1, total: 4, unit: null };
    expect(progressText(steps, { elapsedMs: 65_000, columns: 80 })).toBe(
      'computing prdc  ▕█████               ▏ 1 of 4  for 1 min 05 s',
    );
  });

  test('progressText before anything is done gives no speed', () => {
    expect(progressText({ ...progress, done: 0 }, { elapsedMs: 500, columns: 80 })).toBe(
      'encoding samples/  ▕                    ▏ 0 of 1,200',
    );
  });

  test('durationText speaks of seconds, minutes and hours', () => {
    expect([8, 65, 4320].map(durationText)).toEqual(['8 s', '1 min 05 s', '1 h 12 min']);
  });
});

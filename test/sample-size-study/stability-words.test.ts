import { expect, test } from 'vitest';
import type { StabilityRatio } from '../../sample-size-study/stability-report.js';
import { changeText, ratioText } from '../../sample-size-study/stability-words.js';

test.each([
  [1.005, '× 1.01 (0.50 to 2.00)', '+1 % (−50 to +100)'],
  [0.995, '× 1.00 (0.50 to 2.00)', '0 % (−50 to +100)'],
  [0.0012, '× 0.0012 (0.50 to 2.00)', '−100 % (−50 to +100)'],
  [1234.5, '× 1,234.50 (0.50 to 2.00)', '+123,350 % (−50 to +100)'],
])('the ratio %f and its change are of the same decimals', (ratio, times, percent) => {
  const own = { ratio, low: 0.5, high: 2 } as StabilityRatio;
  expect([ratioText(own), changeText(own)]).toEqual([times, percent]);
});

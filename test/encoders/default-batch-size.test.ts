import { describe, expect, test } from 'vitest';
import { defaultBatchSize } from '../../encoders/encoded-batches.js';

describe('defaultBatchSize', () => {
  test('is 4 for Inception’s 299 × 299, 7 for 224 × 224 and 3 for 336 × 336', () => {
    expect([299, 224, 336].map((resize) => defaultBatchSize({ resize }))).toEqual([4, 7, 3]);
  });

  test('is never more than 32, however small the images', () => {
    expect(defaultBatchSize({ resize: 32 })).toBe(32);
  });

  test('is never less than 1, however large the images', () => {
    expect(defaultBatchSize({ resize: [4000, 3000] })).toBe(1);
  });

  test('is 4 where the images keep their own size, which is not known yet', () => {
    expect(defaultBatchSize({ resize: null })).toBe(4);
  });
});

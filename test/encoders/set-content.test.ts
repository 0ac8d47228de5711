import { describe, expect, test } from 'vitest';
import { setContent } from '../../encoders/set-content.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { rows } from '../../numerics/rows.js';
import { embeddedSet } from '../support/embedded-set.js';

const numbers = (values: readonly number[]) => rows(Float64Array.from(values), { n: 2, d: 2, name: 'rows' });
const first = embeddedSet(numbers([1, 2, 3, 4]));

describe('setContent', () => {
  test('setContent is of the images where the set says of which, whatever its embeddings', () => {
    const known = { digest: 'ab'.repeat(32), decoding: 'orientation ignored' };
    expect(setContent({ ...first, ...known })).toEqual({ of: 'images', ...known });
    expect(setContent({ ...embeddedSet(numbers([5, 6, 7, 8])), ...known })).toEqual({
      of: 'images',
      ...known,
    });
  });

  test('setContent of embeddings alone differs with one bit of one of them, and not with their path', () => {
    const { of, digest } = setContent(first);
    expect(of).toBe('embeddings');
    expect(setContent(embeddedSet(numbers([1, 2, 3, 4]), { source: 'elsewhere' })).digest).toBe(digest);
    expect(setContent(embeddedSet(numbers([1, 2, 3, 4 + 2 ** -50]))).digest).not.toBe(digest);
    // rows in memory of another set are none of its own
    const data = Float64Array.of(9, 9, 1, 2, 3, 4, 9).subarray(2, 6);
    expect(setContent(embeddedSet(rows(data, { n: 2, d: 2, name: 'rows' }))).digest).toBe(digest);
  });

  test('setContent of the same numbers as rows of another length, or from another count of images, differs', () => {
    const wide = rows(Float64Array.of(1, 2, 3, 4), { n: 1, d: 4, name: 'rows' });
    expect(setContent(embeddedSet(wide)).digest).not.toBe(setContent(first).digest);
    const moments = gaussianMoments(numbers([1, 2, 3, 4]));
    const [two, three] = [2, 3].map((n) => setContent({ ...embeddedSet(null), moments: { ...moments, n } }));
    expect(two!.digest).not.toBe(three!.digest);
  });

  test('setContent of moments alone is of statistics', () => {
    const of = (values: readonly number[]) =>
      setContent({ ...embeddedSet(null), moments: gaussianMoments(numbers(values)) });
    expect(of([1, 2, 3, 4]).of).toBe('statistics');
    expect(of([1, 2, 3, 5]).digest).not.toBe(of([1, 2, 3, 4]).digest);
  });
});

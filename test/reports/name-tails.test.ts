import { describe, expect, test } from 'vitest';
import { nameTails } from '../../reports/text/comparison-words.js';

describe('nameTails', () => {
  test.each([
    ['../runs/one/', '../runs/two', ['one', 'two']],
    ['a/out', './b/out', ['a/out', 'b/out']],
    ['out', 'b/out/', ['out', 'b/out']],
    ['c:\\x\\one', 'c:\\x\\two', ['one', 'two']],
    ['.', '../b', ['.', 'b']],
    ['same', 'same', ['same', 'same']],
  ])('nameTails of %s and %s is %j', (first, second, tails) => {
    expect(nameTails(first, second)).toEqual(tails);
  });
});

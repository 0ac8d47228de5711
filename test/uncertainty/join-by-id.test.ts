import { describe, expect, test } from 'vitest';
import { idMatch } from '../../uncertainty/id-match.js';
import { ImagePool, PooledRows, PooledScore } from '../../uncertainty/image-pool.js';
import { scoreOf } from '../support/score-of.js';
import { thrown } from '../support/thrown.js';

const images = (...ids: string[]) => ({ source: 'generated/', ids });
const scores = (...ids: string[]) => ({ source: 'scores.csv', ids });
const refuse = { missing: 'refuse' } as const;
const allow = { missing: 'allow' } as const;

describe('idMatch', () => {
  test('pairs an image with the number in its name, as BayesDiff writes its maps', () => {
    const match = idMatch(images('img_1000003.png', 'img_1000001.png'), scores('1000001', '1000003'), refuse);
    expect(match.by).toBe('number in the file name');
    expect(Object.fromEntries(match.pairs)).toEqual({
      'img_1000003.png': '1000003',
      'img_1000001.png': '1000001',
    });
  });

  test('keeps folders apart where names repeat, and drops them where they do not', () => {
    const twice = idMatch(images('a/1.png', 'b/1.png'), scores('b/1', 'a/1'), refuse);
    expect([twice.by, twice.pairs.get('a/1.png')]).toEqual(['path without extension', 'a/1']);
    const once = idMatch(images('a/1.png', 'b/2.png'), scores('1', '2'), refuse);
    expect(once.by).toBe('file name without extension');
  });

  test('leaves points in a name alone that end no extension', () => {
    const { pairs } = idMatch(images('v1.5_003.png'), scores('v1.5_003'), refuse);
    expect(pairs.get('v1.5_003.png')).toBe('v1.5_003');
  });

  test('names the first five of both sides and their counts', () => {
    const ours = images(...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `${name}.png`));
    expect(thrown(() => idMatch(ours, scores('a', 'x', 'y'), refuse))).toBe(
      'MISSING_IDS scores.csv: must have one entry for each image of generated/ and no other; got 7 of 8 images have none (b.png, c.png, d.png, e.png, f.png and 2 more); 2 of 3 ids have no image (x, y). Complete the two, or pass --allow-missing to go on with the ids that both have.',
    );
  });

  test('goes on with what both have when asked to, and says what it left out', () => {
    const match = idMatch(images('a.png', 'b.png'), scores('b', 'c'), allow);
    expect([...match.pairs.keys()]).toEqual(['b.png']);
    expect([match.imagesAlone, match.othersAlone]).toEqual([['a.png'], ['c']]);
  });

  test('refuses ids with nothing in common even when missing ids are allowed', () => {
    expect(thrown(() => idMatch(images('a.png'), scores('b'), allow))).toBe(
      'MISSING_IDS scores.csv: must name the images of generated/ by their ids; got no id in common: b, where the images are a.png. An id is the file name without extension, or the number in it as BayesDiff writes it.',
    );
  });

  test('refuses an id that occurs twice', () => {
    expect(thrown(() => idMatch(images('a.png'), scores('a', 'a'), refuse))).toBe(
      'DUPLICATE_IDS scores.csv: every id must occur once; got 1 that occur more than once: a. Leave one line or file for each image.',
    );
  });
});

describe('joins', () => {
  const pool = ImagePool.of(images('c.png', 'a.png', 'b.png'));

  test('a score in another order gives the same pooled score', () => {
    const first = PooledScore.join(pool, scoreOf({ a: 1, b: 2, c: 3 }), { source: 'scores.csv' });
    const second = PooledScore.join(pool, scoreOf({ c: 3, a: 1, b: 2 }), { source: 'scores.csv' });
    expect(Array.from(first.values)).toEqual([1, 2, 3]);
    expect(Array.from(second.values)).toEqual([1, 2, 3]);
  });

  test('embeddings in another order give the same pooled rows', () => {
    const rows = { n: 3, d: 2, data: Float64Array.of(30, 31, 10, 11, 20, 21) };
    const joined = PooledRows.join(pool, { source: 'e.npz', ids: ['c.png', 'a.png', 'b.png'], rows });
    expect([...joined.rows.data]).toEqual([10, 11, 20, 21, 30, 31]);
  });

  test('embeddings without ids are refused, however many there are', () => {
    const rows = { n: 3, d: 1, data: Float64Array.of(1, 2, 3) };
    expect(thrown(() => PooledRows.join(pool, { source: 'e.npy', ids: null, rows }))).toBe(
      'MISSING_IDS e.npy: embeddings must carry the ids of their images, for scores are joined by id and never by position; got 3 rows without ids. Give the images themselves, or embeddings written by steadfid encode.',
    );
  });

  test('a score that does not exist for an image is refused with its reason', () => {
    const undefinedIds = new Map([['c', 'empty foreground']]);
    const score = { ...scoreOf({ a: 1, b: 2 }, 'foreground-mean'), undefinedIds };
    expect(thrown(() => PooledScore.join(pool, score, { source: 'scores.csv' }))).toBe(
      'UNREADABLE_FILE scores.csv: column "foreground-mean" must have a number for every image; got 1 without one (c): empty foreground. Choose another column, or leave these images out of both folder and file.',
    );
  });

  test('the types refuse a pooled score or pooled rows put together by hand', () => {
    const values = Float64Array.of(1, 2, 3);
    // @ts-expect-error there is no constructor to call
    const made = () => new PooledScore(pool, 'sum', values);
    // @ts-expect-error an object of the same shape is none
    const score: PooledScore = { pool, name: 'sum', values };
    // @ts-expect-error nor are rows
    const rows: PooledRows = { pool, rows: { n: 3, d: 1, data: values } };
    expect([typeof made, score.name, rows.pool.size]).toEqual(['function', 'sum', 3]);
  });
});

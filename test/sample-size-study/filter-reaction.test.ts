import { expect, test } from 'vitest';
import {
  filterReaction,
  isRecomputed,
  RECOMPUTED_TOLERANCE,
  reactionNotes,
} from '../../sample-size-study/filter-reaction.js';
import { ImagePool, PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { numberedIds, scoreOf } from '../support/score-of.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const pool = ImagePool.of({ source: 'samples/', ids: numberedIds(4) });
const entries = Object.fromEntries(pool.ids.map((id, i) => [id, [1, 2, 3, 10][i]!]));
const score = PooledScore.join(pool, scoreOf(entries, 'brightness'), { source: 'scores.csv' });
const reactionTo = (rule: string, distorted: readonly number[]) =>
  filterReaction({ score, rule: parsedKeepRule(rule), control: { id: 'brightness' }, seed: 1 }, distorted);

test('a reaction counts the images kept before and dropped now, or the reverse', () => {
  // of 1, 2, 3 and 10 the last is dropped; of 9, 2, 3 and 1 the first, and ranks differ by 3, 0, 0 and 3: 1 − 6 · 18 / 60
  const { rankAgreement, ...reaction } = reactionTo('q75', [9, 2, 3, 1]);
  expectClose(rankAgreement, -0.8, SUMMATION_TOLERANCE);
  expect(reaction).toEqual({
    control: 'brightness',
    images: 4,
    undistorted: { threshold: 4.75, keptShare: 0.75 },
    threshold: 4.5,
    keptShare: 0.75,
    changedShare: 0.5,
  });
});

test('a shift of all scores changes no decision of a learned threshold, and all of a fixed one', () => {
  const shifted = [101, 102, 103, 110];
  expect(reactionTo('mean+1sd', shifted)).toMatchObject({
    changedShare: 0,
    keptShare: 0.75,
    rankAgreement: 1,
  });
  expect(reactionTo('below-5', shifted)).toMatchObject({ changedShare: 0.75, keptShare: 0, threshold: 5 });
});

test('distorted images of one score have no rank agreement', () => {
  expect(reactionTo('mean+1sd', [7, 7, 7, 7])).toMatchObject({ rankAgreement: null, keptShare: 0 });
});

test('a column of seven digits is the control, and one of five is not', () => {
  const value = 0.123456789;
  expect(isRecomputed(Number(value.toPrecision(7)), value)).toBe(true);
  expect(isRecomputed(Number(value.toPrecision(5)), value)).toBe(false);
  expect(isRecomputed(value * (1 + 2 * RECOMPUTED_TOLERANCE), value)).toBe(false);
  expect(isRecomputed(0, 0)).toBe(true);
});

test('the notes name the level that changes most decisions, and once what cannot be recomputed', () => {
  const kept = { threshold: 1, keptShare: 0.84 };
  const at = (level: number, changedShare: number) => ({
    ...{ distortion: 'gaussian-blur', level, changedShare },
    ...{ threshold: 0.5, keptShare: 0.8, rankAgreement: 0.312 },
  });
  const recomputed = { ...kept, control: 'png-bytes', images: 1000, levels: [at(1, 0.02), at(3, 0.25)] };
  const unknown = { column: 'sum', recomputed: null };
  expect(
    reactionNotes([
      { filter: 'filtered: png-bytes', column: 'png-bytes', recomputed },
      { filter: 'filtered: sum q84', ...unknown },
      { filter: 'filtered: sum q50', ...unknown },
    ]),
  ).toEqual([
    'The filter itself: png-bytes recomputed on distorted images changes at most 25 % of 1,000 decisions, under gaussian-blur 3: rank agreement 0.312, kept 80 % (undistorted 84 %).',
    'How the filter itself reacts to distortions is unknown: "sum" cannot be recomputed, as no image control gives the same numbers.',
  ]);
  expect(reactionNotes([])).toEqual([]);
});

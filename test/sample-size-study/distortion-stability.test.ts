import { expect, test } from 'vitest';
import { distortionStability } from '../../sample-size-study/distortion-stability.js';
import { diversityNotes, stabilityHeadline } from '../../sample-size-study/stability-headline.js';
import type {
  FilterStability,
  StabilityRatio,
  StabilityVerdict,
} from '../../sample-size-study/stability-report.js';
import type { StudyRow } from '../../sample-size-study/study-run.js';

const NOISE = [-1, 1, -2, 2, 0, 1, -1, 0];

function stabilityOf(metric: string, value: StabilityRatio | null = null): FilterStability {
  const unknown = { filtered: null, other: null, ratio: null };
  return {
    ...{ metric, direction: 'lower-is-better', filter: 'filtered', other: 'random', role: 'random' },
    ...{ repeats: 8, drawnFrom: 100, level: 0.95, exponent: null, isLinear: true, slope: null, limit: null },
    bySize: [{ sampleSize: 50, standardDeviation: null, coefficientOfVariation: null }],
    ...{ standardDeviation: null, coefficientOfVariation: null, value },
    ...{ forPrecision: unknown, forBias: unknown },
  };
}

/** Values 10 + spread·noise, worse by `step` at each level; a little noise of its own at each. */
function rowsOf(
  arm: string,
  { spread, steps }: { readonly spread: number; readonly steps: readonly number[] },
) {
  return [0, ...steps].flatMap((step, level) =>
    NOISE.map(
      (noise, repeat): StudyRow => ({
        ...{ metric: 'fid', arm, distortion: level === 0 ? 'none' : 'blur', level, sampleSize: 50, repeat },
        value: 10 + spread * noise + step + 0.01 * level * NOISE[(repeat + 3) % NOISE.length]!,
        reason: '',
      }),
    ),
  );
}

test('a filtered set of half the spread sees the same level twice as well', () => {
  const rows = [
    ...rowsOf('filtered', { spread: 0.5, steps: [1, 3] }),
    ...rowsOf('random', { spread: 1, steps: [1, 2] }),
  ];
  const design = { distortions: [{ kind: 'blur', levels: [1, 2], with: null }] };
  const [found] = distortionStability(design, [stabilityOf('fid')], rows);
  const deviation = Math.sqrt(12 / 7); // of the noise, whose mean is 0
  const [first, second] = found!.levels;
  expect(first!.effect!.filtered / (1 / (0.5 * deviation))).toBeCloseTo(1, 2);
  expect(first!.effect!.other / (1 / deviation)).toBeCloseTo(1, 2);
  expect(second!.change!.difference).toBeCloseTo(1, 2);
  // at the first level both are worse by 1, at the second by 3 and 2
  expect([found!.differsFrom, found!.monotonicity, found!.firstInversion]).toEqual([
    2,
    { filtered: 1, other: 1 },
    { filtered: null, other: null },
  ]);
  expect(distortionStability({ distortions: [] }, [stabilityOf('fid')], rows)).toEqual([]);
});

test('a distortion that one set alone does not see is inverted there', () => {
  const rows = [
    ...rowsOf('filtered', { spread: 1, steps: [-1, 1] }),
    ...rowsOf('random', { spread: 1, steps: [1, 2] }),
  ];
  const design = { distortions: [{ kind: 'blur', levels: [1, 2], with: null }] };
  const [found] = distortionStability(design, [stabilityOf('fid')], rows);
  expect(found!.firstInversion).toEqual({ filtered: 1, other: null });
  expect(found!.differsFrom).toBe(1);
});

const results = [
  { id: 'fid', role: 'quality' },
  { id: 'recall', role: 'diversity' },
] as const;
const ratio = (value: number, high: number): StabilityRatio => ({
  ...{ ratio: value, low: value - 0.1, high, standardError: 0.05, degreesOfFreedom: 19, pValue: 0.001 },
});

test('a filter that narrows a set is said to, and where diversity is not studied that is said', () => {
  expect(diversityNotes([stabilityOf('fid')], results.slice(0, 1))[0]).toMatch(
    /^No metric of diversity was studied: add precision-recall/,
  );
  expect(diversityNotes([stabilityOf('fid')], results)[0]).toMatch(/^No metric of diversity has a value/);
  const narrowed = [stabilityOf('fid'), stabilityOf('recall', ratio(0.7, 0.8))];
  expect(diversityNotes(narrowed, results)).toEqual([
    'filtered is less diverse than random: recall × 0.70 (0.60 to 0.80). A lower spread or bias slope may come from that.',
  ]);
  expect(diversityNotes([stabilityOf('recall', ratio(0.95, 1.1))], results)).toEqual([]);
});

const verdict = (
  metric: string,
  kind: StabilityVerdict['kind'],
  { filter = 'filtered', repeatsNeeded = null }: Partial<StabilityVerdict> = {},
) => ({ metric, kind, filter, repeatsNeeded, imagesNeeded: null }) as StabilityVerdict;
const wordsIn = (text: string) => text.replaceAll(' %', '').split(' ').length;

test('the headline names the change of each metric with its interval, and whether it is steadier', () => {
  const stability = [stabilityOf('fid', ratio(0.7, 0.8)), stabilityOf('is', ratio(1.2, 1.302))];
  const verdicts = [
    verdict('fid', 'cannot-say', { repeatsNeeded: 66 }),
    verdict('is', 'cannot-say', { repeatsNeeded: 1066 }),
  ];
  const text = stabilityHeadline(verdicts, stability);
  expect(text).toBe(
    'Filtered against random, equal n: FID −30 % (−40 to −20), cannot say yet (66 draws); IS +20 % (+10 to +30), cannot say yet (1,066 draws).',
  );
  expect(wordsIn(text)).toBe(25);
  expect(stabilityHeadline([...verdicts, verdict('kid', 'steadier')], stability)).toMatch(
    /; 2 more below\.$/,
  );
});

test('where a value does not differ from 0, the headline gives the difference of a metric without bias, and of others none', () => {
  const limit = {
    filtered: 0.01,
    other: 0.03,
    difference: -0.02,
    low: -0.031,
    high: -0.009,
    standardError: 0.005,
    pValue: 0,
  };
  const stability = ['cmmd', 'fid'].map((metric) => ({ ...stabilityOf(metric), limit }));
  expect(stabilityHeadline([verdict('cmmd', 'steadier'), verdict('fid', 'as-steady')], stability)).toBe(
    'Filtered against random, equal n: CMMD −0.0200 (−0.0310 to −0.0090), steadier; FID, as steady.',
  );
});

test('the headline of many filters counts the verdicts and names the largest change', () => {
  const kinds = ['steadier', 'as-steady', 'less-steady', 'lower-but-as-steady', 'cannot-say'] as const;
  const many = kinds.flatMap((kind) =>
    ['filtered: a', 'filtered: b', 'filtered: c'].map((filter) => verdict('fid', kind, { filter })),
  );
  const stability = [0.9, 0.6, 1.3].map((value, i) => ({
    ...stabilityOf('fid', ratio(value, value + 0.1)),
    filter: `filtered: ${'abc'[i]!}`,
  }));
  const text = stabilityHeadline(many, stability);
  expect(text).toBe(
    'Filtered against random, equal n: 3 steadier, 6 as steady, 3 less steady, 3 undecided; largest change: FID by b −40 % (−50 to −30).',
  );
  expect(wordsIn(text)).toBeLessThanOrEqual(25);
  expect(stabilityHeadline([], [])).toBe('Filtered against random, equal n: no metric has values yet.');
});

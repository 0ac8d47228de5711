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
  expect(diversityNotes([stabilityOf('fid')], results)[0]).toMatch(/^No metric of diversity was studied/);
  const narrowed = [stabilityOf('fid'), stabilityOf('recall', ratio(0.7, 0.8))];
  expect(diversityNotes(narrowed, results)).toEqual([
    'filtered is less diverse than random: recall × 0.7 (0.6 to 0.8). A lower spread or bias slope may come from that.',
  ]);
  expect(diversityNotes([stabilityOf('recall', ratio(0.95, 1.1))], results)).toEqual([]);
});

test('the headline answers in at most 25 words', () => {
  const verdict = (metric: string, kind: StabilityVerdict['kind'], filter = 'filtered') =>
    ({ metric, kind, filter }) as StabilityVerdict;
  expect(stabilityHeadline([verdict('fid', 'cannot-say'), verdict('cmmd', 'less-steady')])).toBe(
    'Filtered beside as many random images: FID undecided; CMMD less steady.',
  );
  const kinds = ['steadier', 'as-steady', 'less-steady', 'lower-but-as-steady', 'cannot-say'] as const;
  const many = kinds.flatMap((kind) => ['a', 'b', 'c'].map((filter) => verdict('fid', kind, filter)));
  const words = stabilityHeadline(many);
  expect(words).toContain('(3 filters, 15 comparisons): 3 steadier; 3 as steady;');
  expect(words.split(' ').length).toBeLessThanOrEqual(25);
});

import { describe, expect, test } from 'vitest';
import { studyHeadline } from '../../reports/study/study-headline.js';
import { exampleStudy } from '../support/study-report.js';

describe('studyHeadline', () => {
  test('gives of each metric the images that are enough for every set, or that they are unknown', async () => {
    const report = await exampleStudy({ arms: ['one', 'two'], metrics: ['fid', 'kid'] });
    const needing = (forBias: number | null, forPrecision: number) =>
      report.curves.map((curve, i) => ({
        ...curve,
        required: [
          { share: 0.05, settledAt: null, forBias: forBias === null ? null : forBias + i, forPrecision },
        ],
      }));
    const rankings = report.rankings.map((ranking) => ({ ...ranking, pairs: [] }));
    const of = (curves: typeof report.curves) => studyHeadline({ ...report, curves, rankings });
    expect(of(needing(2000, 900))).toMatch(/^Images needed for ± 5 %: FID 2,0\d\d, KID (2,0\d\d|900)$/);
    expect(of(needing(null, 900))).toBe('Images needed for ± 5 %: KID 900; unknown for FID');
    expect(studyHeadline({ ...report, headline: 'Steadier.' })).toBe('Steadier.');
  });
});

import { describe, expect, test } from 'vitest';
import { studyComparison } from '../../sample-size-study/study-comparison.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { exampleStudy } from '../support/study-report.js';
import { thrown } from '../support/thrown.js';

const example = await exampleStudy({ arms: ['mine'] });
/** Its set's limit is 10, of error 0.3, and counts. */
const study: StudyReport = {
  ...example,
  curves: example.curves.map((curve) => ({ ...curve, fit: { ...curve.fit!, holds: true } })),
};

function named(source: string, report: StudyReport) {
  return { source, report };
}

/** The same study with every value and limit higher. */
function raised(by: number, changes: Partial<StudyReport['curves'][number]> = {}): StudyReport {
  const curves = study.curves.map((curve) => ({
    ...curve,
    points: curve.points.map((point) => ({ ...point, mean: point.mean + by })),
    limitInterval: {
      ...curve.limitInterval!,
      estimate: curve.limitInterval!.estimate + by,
    },
    ...changes,
  }));
  return { ...study, curves };
}

describe('studyComparison', () => {
  test('gives the difference of the limits with the error of both, and says which is better', () => {
    const [curve] = studyComparison(named('a', study), named('b', raised(-2))).curves;
    expect(curve!.final.difference).toBeCloseTo(-2, 12);
    expect(curve!.final.standardError).toBeCloseTo(0.3 * Math.SQRT2, 12);
    expect(curve!.final.interval!.low).toBeCloseTo(-2 - 2.093024 * 0.3 * Math.SQRT2, 5); // t of 19 degrees of freedom
    expect([curve!.final.is, curve!.better]).toEqual(['limit', 'second']);
    expect(curve!.sizes.map(({ sampleSize }) => sampleSize)).toEqual([50, 100, 200, 400, 800]);
    expect(curve!.sizes[0]!.difference).toBeCloseTo(-2, 12);
  });

  test('of one study with itself is 0 everywhere, and none is better', () => {
    const [curve] = studyComparison(named('a', study), named('b', study)).curves;
    expect(curve).toMatchObject({ pValue: 1, better: null });
    expect(curve!.sizes.every(({ difference }) => difference === 0)).toBe(true);
  });

  test('does not call a difference within the errors better', () => {
    expect(studyComparison(named('a', study), named('b', raised(0.5))).curves[0]!.better).toBeNull();
  });

  test('compares the only arms of two studies whatever their names', () => {
    expect(
      studyComparison(named('a', study), named('b', raised(0, { arm: 'theirs' }))).curves[0]!.arms,
    ).toEqual(['mine', 'theirs']);
  });

  test('takes the values at the largest common size where the means are not linear in 1/n', () => {
    const bent = raised(-2, { fit: { ...study.curves[0]!.fit!, holds: false } });
    const { final } = studyComparison(named('a', study), named('b', bent)).curves[0]!;
    expect(final).toMatchObject({ is: 'largest-size', sampleSize: 800 });
    expect(final.standardError).toBeGreaterThan(0.3 * Math.SQRT2); // the draws' own error comes on top
  });

  test('takes one reference at two paths for one', () => {
    const moved = { ...study, design: { ...study.design, reference: 'copy of photos/' } };
    expect(studyComparison(named('a', study), named('b', moved)).curves.length).toBe(1);
  });

  const other = { ...study.curves[0]!.encoder, id: 'other-net' };
  const cases: readonly (readonly [string, StudyReport, string])[] = [
    ['encoder', raised(0, { encoder: other }), 'one encoder and preprocessing of fid of mine'],
    [
      'reference',
      raised(0, { referenceContent: { ...study.curves[0]!.referenceContent!, digest: 'bad0'.repeat(16) } }),
      'one reference; got photos (images, SHA-256 5e1f5e1f5e1f…) and photos (images, SHA-256 bad0bad0bad0…)',
    ],
    [
      'path of a reference of which one does not say what it held',
      {
        ...raised(0, { referenceContent: undefined }),
        design: { ...study.design, reference: 'others/' },
      },
      'one reference; got photos and others',
    ],
    [
      'decoding',
      raised(0, {
        referenceContent: { ...study.curves[0]!.referenceContent!, decoding: 'orientation applied' },
      }),
      'one way of decoding reference images; got orientation ignored and orientation applied',
    ],
    [
      'number of reference images',
      raised(0, { referenceSize: 7 }),
      'one number of reference images of fid of mine; got 5000 and 7',
    ],
    [
      'sizes',
      raised(0, { points: [{ ...study.curves[0]!.points[0]!, sampleSize: 7 }] }),
      'at least one size of fid of mine',
    ],
    ['metrics', raised(0, { metric: 'kid' }), 'at least one metric of one generated set'],
  ];
  test.each(cases)('refuses two studies of another %s', (_, report, said) => {
    expect(thrown(() => studyComparison(named('a', study), named('b', report)))).toContain(
      `UNLIKE_REPORTS a, b: both studies must have ${said}`,
    );
  });
});

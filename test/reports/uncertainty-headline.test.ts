import { describe, expect, test } from 'vitest';
import { uncertaintyHeadline } from '../../reports/uncertainty/uncertainty-page.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

const report = exampleUncertainty({ images: 40 });
const [sum, detail] = report.columns;
/** Of ten images two lie above mean + 1 sd. */
const values = Object.fromEntries([1, 1, 1, 1, 1, 1, 1, 1, 9, 9].map((value, i) => [`img_${i}`, value]));
const known = { ...report, columns: [{ ...sum!, values }, detail!] };
const correlations = (value: number) => [
  { score: sum!.name, control: 'png-bytes', family: 'detail' as const, value },
];

describe('uncertaintyHeadline', () => {
  test('says what the usual rule would drop, what the score follows, and how reliable it is', () => {
    const headline = uncertaintyHeadline({
      ...known,
      correlations: correlations(0.78),
      reliability: [
        { first: 'a', second: 'b', images: 10, pixels: null, scores: { single: 0.94, averaged: 0.97 } },
      ],
    });
    expect(headline).toBe(
      'Keeping sum below mean+1sd drops 20 % of 10 images; the score mostly follows image detail (rank correlation 0.78); ranks of two runs agree by 0.94',
    );
    expect(headline.replaceAll(' %', '').split(' ').length).toBeLessThanOrEqual(25);
  });

  test('without a second run its reliability is unknown, and without images nothing is said of detail', () => {
    expect(uncertaintyHeadline({ ...known, correlations: [], reliability: [] })).toBe(
      'Keeping sum below mean+1sd drops 20 % of 10 images; reliability unknown from one run',
    );
  });

  test('of several settings it says the range of what they drop, and how far their ranks agree', () => {
    const [run] = report.runs;
    const other = Object.fromEntries([1, 1, 1, 1, 1, 1, 1, 1, 1, 9].map((value, i) => [`img_${i}`, value]));
    const matrix = [
      [1, 0.4, 0.9],
      [0.4, 1, null],
      [0.9, null, 1],
    ];
    const headline = uncertaintyHeadline({
      ...known,
      runs: [run!, { ...run!, name: 'second' }, { ...run!, name: 'third' }],
      columns: [known.columns[0]!, { ...sum!, name: 'sum@second', values: other }],
      comparison: { ...report.comparison!, sums: matrix },
      reliability: [],
    });
    expect(headline).toBe(
      'Keeping sum below mean+1sd drops 10 to 20 % of 10 images under 3 settings; settings agree on ranks by 0.40 to 0.90',
    );
  });

  test('a score that is the same for all drops none', () => {
    const same = Object.fromEntries(Object.keys(values).map((id) => [id, 3]));
    expect(
      uncertaintyHeadline({
        ...known,
        columns: [{ ...sum!, values: same }],
        correlations: [],
        reliability: [],
      }),
    ).toMatch(/^sum is the same for all images, so no rule can drop any; /);
  });
});

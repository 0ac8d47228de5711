import { describe, expect, test } from 'vitest';
import { relativeEffect } from '../../reports/figures/relative-effect.js';
import { compareFigures } from '../../reports/filtering/compare-figures.js';
import { exampleComparison } from '../support/compare-report.js';

const [effect] = exampleComparison().effects;

describe('relativeEffect', () => {
  test('relativeEffect of 15 where chance gives 18 is −16.7 %, and each dose and share removed is beside its own chance', () => {
    const { filtered, random, difference, doses, sparsification } = relativeEffect(effect!)!;
    expect(filtered).toBeCloseTo(-100 / 6, 10);
    expect([random.mean, Math.min(...random.values)].map((value) => Math.round(10 * value) / 10)).toEqual([
      0, -5.6,
    ]);
    expect(difference.interval.high).toBeCloseTo((100 * -2.8) / 18, 10);
    expect(doses[2]!.filtered).toBeCloseTo(100 * (12.5 / 18 - 1), 10); // 0.5 removed: 12.5, chance 18
    expect(sparsification.filtered[1]).toBeCloseTo(100 * (15 / 17.7 - 1), 10);
  });

  test('relativeEffect is null where chance gives a value near 0 or below, and its figure has the values alone', async () => {
    const unclear = { ...effect!, random: { ...effect!.random, mean: 0.01, standardDeviation: 0.6 } };
    expect(relativeEffect(unclear)).toBeNull();
    const [figure] = await compareFigures({ ...exampleComparison(), effects: [unclear] });
    expect(figure!.panels.map(({ views }) => views.map(({ name }) => name))).toEqual([['value'], ['value']]);
  });
});

import { describe, expect, test } from 'vitest';
import { compareTextTable } from '../../reports/filtering/compare-methods.js';
import { comparePage } from '../../reports/filtering/compare-page.js';
import { exampleComparison } from '../support/compare-report.js';

describe('comparePage', () => {
  test('comparePage shows what the line of one half does to the other, where that was asked for', () => {
    const report = exampleComparison();
    const test = {
      ...report.effects[0]!.random,
      mean: 18,
      standardDeviation: 0.5,
      pLower: 0.01,
      pHigher: 0.99,
      pTwoSided: 0.02,
    };
    const half = { score: 'sum', metric: 'fid', threshold: 2, pool: 50, n: 42, value: 15.5, test };
    const cells = ['42 of 50', '15.50', '18.00 ± 0.50', '≤ 0.02'];
    const written = comparePage({ ...report, splitHalves: [half] }, []);
    for (const cell of cells) expect(written).toContain(`>${cell}</td>`);
    expect(comparePage(report, [])).not.toContain('Threshold learned on one half');
  });

  test('comparePage says once that an encoder is a demo', () => {
    const report = exampleComparison({ metrics: ['fid'] });
    const [fid] = report.metrics;
    const written = comparePage(
      {
        ...report,
        metrics: [{ ...fid!, encoder: { ...fid!.encoder, origin: 'demo' } }],
        warnings: [{ code: 'DEMO_ENCODER', message: 'demo encoder: not comparable with published values' }],
      },
      [],
    );
    const read = written.replace(/<pre[^>]* data-copy=.*?<\/pre>/gs, '');
    expect(read.match(/not comparable with published values/g)).toHaveLength(1);
  });

  test('compareTextTable says in its notes that an encoder is a demo', () => {
    const report = exampleComparison({ metrics: ['fid'] });
    const [fid] = report.metrics;
    const demo = {
      ...report,
      metrics: [{ ...fid!, encoder: { ...fid!.encoder, origin: 'demo' as const } }],
    };
    expect(compareTextTable(demo).notes?.join(' ')).toContain(
      '(demo encoder: not comparable with published values)',
    );
    expect(compareTextTable(report).notes?.join(' ')).not.toContain('demo encoder');
  });
});

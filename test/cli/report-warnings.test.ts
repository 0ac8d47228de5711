import { expect, test } from 'vitest';
import { reportWarnings } from '../../cli/terminal.js';
import { exampleReport } from '../support/score-report.js';

test('reportWarnings names the metrics that share a doubt once, and leaves the demo mark to the table', () => {
  const [fid, is] = exampleReport.results;
  const report = {
    ...exampleReport,
    results: [fid!, { ...is!, warnings: [...is!.warnings, ...fid!.warnings] }],
    warnings: [{ code: 'LOSSY_IMAGES', message: 'samples/ are JPEG.' }],
  };
  expect(reportWarnings(report)).toEqual([
    'samples/ are JPEG.',
    'FID, IS: fid is biased upwards at n = 1,500.',
  ]);
});

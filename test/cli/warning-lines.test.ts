import { expect, test } from 'vitest';
import { warningLines } from '../../cli/terminal.js';
import { exampleReport } from '../support/score-report.js';

test('warningLines names the metrics that share a doubt once, and leaves the demo mark to the table', () => {
  const [fid, is] = exampleReport.results;
  const report = {
    ...exampleReport,
    results: [fid!, { ...is!, warnings: [...is!.warnings, ...fid!.warnings] }],
    warnings: [{ code: 'LOSSY_IMAGES', message: 'samples/ are JPEG.' }],
  };
  expect(warningLines(report)).toEqual([
    'warning: samples/ are JPEG.',
    'warning: FID, IS: fid is biased upwards at n = 1,500.',
  ]);
});

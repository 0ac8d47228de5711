import { describe, expect, test } from 'vitest';
import { scoreJson } from '../../reports/files/json-formats.js';
import { parsedScoreReport } from '../../reports/score/score-schema.js';
import { exampleReport } from '../support/score-report.js';

describe('scoreJson', () => {
  test('scoreJson comes back equal and follows the schema', () => {
    expect(parsedScoreReport(JSON.parse(scoreJson(exampleReport)))).toEqual(exampleReport);
  });

  test('scoreJson refuses NaN, which JSON would turn into null', () => {
    const broken = { ...exampleReport, results: [{ ...exampleReport.results[0]!, value: Number.NaN }] };
    expect(() => scoreJson(broken)).toThrow('score report, "value": every number must be finite; got NaN.');
  });

  test('parsedScoreReport refuses a null without a reason, an unknown field and another schema', () => {
    const [fid, , cmmd] = exampleReport.results;
    const { reason: _, ...silent } = cmmd!;
    for (const broken of [
      { ...exampleReport, results: [silent] },
      { ...exampleReport, results: [{ ...fid, mood: 'good' }] },
      { ...exampleReport, schema: 'steadfid/score/2' },
    ]) {
      expect(() => parsedScoreReport(broken)).toThrow();
    }
  });
});

import { describe, expect, test } from 'vitest';
import { strictJson } from '../../reports/strict-json.js';
import { parsedStudyReport, studyJsonSchema } from '../../reports/study-schema.js';
import { parsedUncertaintyReport, uncertaintyJsonSchema } from '../../reports/uncertainty-schema.js';
import { projectFile } from '../support/project.js';
import { exampleStudy } from '../support/study-report.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

describe('the schema of a study', () => {
  test('reports/schemas/study-1.schema.json is the schema of the code', () => {
    expect(projectFile('reports/schemas/study-1.schema.json')).toBe(studyJsonSchema());
  });

  test('parsedStudyReport takes what a study writes, byte for byte, and refuses what lacks a field', async () => {
    const report = await exampleStudy({ arms: ['one', 'two'] });
    const text = strictJson(report, 'study report');
    expect(strictJson(parsedStudyReport(JSON.parse(text)), 'study report')).toBe(text);
    const [curve] = report.curves;
    const nearZero = { ...curve, fit: { ...curve!.fit, largestResidual: null, holds: false } };
    expect(() => parsedStudyReport({ ...report, curves: [nearZero] })).not.toThrow();
    const { seed: _, ...design } = report.design;
    expect(() => parsedStudyReport({ ...report, design })).toThrow('seed');
    expect(() => parsedStudyReport({ ...report, curves: [{ ...report.curves[0], points: null }] })).toThrow(
      'points',
    );
  });
});

describe('the schema of scored maps', () => {
  test('reports/schemas/uncertainty-1.schema.json is the schema of the code', () => {
    expect(projectFile('reports/schemas/uncertainty-1.schema.json')).toBe(uncertaintyJsonSchema());
  });

  test('parsedUncertaintyReport takes what uncertainty writes, byte for byte, and refuses an unknown kind of column', () => {
    const report = exampleUncertainty({ images: 5 });
    const text = strictJson(report, 'uncertainty report');
    expect(strictJson(parsedUncertaintyReport(JSON.parse(text)), 'uncertainty report')).toBe(text);
    const columns = [{ ...report.columns[0], kind: 'guess' }];
    expect(() => parsedUncertaintyReport({ ...report, columns })).toThrow('kind');
  });
});

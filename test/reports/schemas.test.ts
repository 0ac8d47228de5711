import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { strictJson } from '../../reports/files/json-formats.js';
import { parsedStudyReport } from '../../reports/study/study-schema.js';
import { parsedUncertaintyReport } from '../../reports/uncertainty/uncertainty-schema.js';
import { JSON_FORMATS, jsonSchemaText, requireFormat, schemaPath } from '../support/json-formats.js';
import { projectFile, projectRoot } from '../support/project.js';
import { exampleStudy } from '../support/study-report.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

describe('the committed schemas', () => {
  test.each(JSON_FORMATS)('reports/schemas/$name-1.schema.json is the schema of the code', (format) => {
    expect(projectFile(schemaPath(format.name))).toBe(jsonSchemaText(format));
  });

  test('reports/schemas holds a file for each format and nothing else', () => {
    const paths = readdirSync(`${projectRoot}reports/schemas`).map((file) => `reports/schemas/${file}`);
    expect(paths.sort()).toEqual(JSON_FORMATS.map(({ name }) => schemaPath(name)).sort());
  });

  test('the committed schema of a study refuses a number as text', async () => {
    const report = await exampleStudy({ arms: ['one'] });
    requireFormat('study', report);
    expect(() =>
      requireFormat('study', { ...report, curves: [{ ...report.curves[0], level: '0' }] }),
    ).toThrow('level');
  });
});

describe('the schema of a study', () => {
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
  test('parsedUncertaintyReport takes what uncertainty writes, byte for byte, and refuses an unknown kind of column', () => {
    const report = exampleUncertainty({ images: 5 });
    const text = strictJson(report, 'uncertainty report');
    expect(strictJson(parsedUncertaintyReport(JSON.parse(text)), 'uncertainty report')).toBe(text);
    const columns = [{ ...report.columns[0], kind: 'guess' }];
    expect(() => parsedUncertaintyReport({ ...report, columns })).toThrow('kind');
  });
});

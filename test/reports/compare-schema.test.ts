import { describe, expect, test } from 'vitest';
import { compareJsonSchema } from '../../reports/compare-schema.js';
import { strictJson } from '../../reports/strict-json.js';
import { projectFile } from '../support/project.js';
import { thrown } from '../support/thrown.js';

describe('the schema of a comparison', () => {
  test('reports/schemas/compare-1.schema.json is the schema of the code', () => {
    expect(projectFile('reports/schemas/compare-1.schema.json')).toBe(compareJsonSchema());
  });

  test('NaN never becomes null unsaid', () => {
    expect(thrown(() => strictJson({ effects: [{ filtered: Number.NaN }] }, 'comparison'))).toBe(
      'NOT_FINITE comparison, "filtered": every number must be finite; got NaN.',
    );
  });
});

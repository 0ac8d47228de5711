import { describe, expect, test } from 'vitest';
import { strictJson } from '../../reports/files/json-formats.js';
import { thrown } from '../support/thrown.js';

describe('strictJson', () => {
  test('NaN never becomes null unsaid', () => {
    expect(thrown(() => strictJson({ effects: [{ filtered: Number.NaN }] }, 'comparison'))).toBe(
      'NOT_FINITE comparison, "filtered": every number must be finite; got NaN.',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { preprocessingSchema } from '../../encoders/images/preprocessing-schema.js';

const valid = { resize: 32, resample: 'pillow-bicubic', crop: 'none', range: '0..255' };

function complaint(change: Record<string, unknown>): string {
  const { error } = preprocessingSchema.safeParse({ ...valid, ...change });
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? 'valid';
}

describe('preprocessingSchema', () => {
  test.each([
    {},
    { resize: null },
    { resize: [224, 112] },
    { resize: 224, crop: 'center' },
    { range: { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] } },
  ])('preprocessingSchema takes %j', (change) => {
    expect(complaint(change)).toBe('valid');
  });

  test.each([
    [{ resize: 'big' }, /^resize: must be a side, a \[height, width\] pair or null/],
    [{ resize: 0 }, /^resize: .*expected number to be >=1$/],
    [{ resize: [1, 2, 3] }, /^resize: must be/],
    [{ resize: undefined }, /^resize: must be/],
    [{ resample: 'bicubic' }, /^resample: must be one of pillow-bicubic, pillow-bicubic-float, /],
    [{ crop: 'centre' }, /^crop: must be one of none, center, center-square-first$/],
    [{ range: '0-1' }, /^range: must be "0\.\.255"/],
    [{ range: { mean: [0, 0, 0], std: [1, 0, 1] } }, /^range\.std\.1: .*expected number to be >0$/],
    [{ resize: null, crop: 'center' }, /^crop: must not be "center" unless resize is one side$/],
    [{ colour: 'rgb' }, /Unrecognized key: "colour"/],
  ])('preprocessingSchema refuses %j by the field', (change, message) => {
    expect(complaint(change)).toMatch(message);
  });
});

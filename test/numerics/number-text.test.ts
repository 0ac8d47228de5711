import { describe, expect, test } from 'vitest';
import { countText, errorText, numberText } from '../../reports/number-text.js';

describe('numberText', () => {
  test('numberText of a value without an error has five significant digits', () => {
    expect([18.123456, 0.0137123, 1234.5678, 123456.78].map((value) => numberText(value))).toEqual([
      '18.123',
      '0.013712',
      '1,234.6',
      '123,457',
    ]);
  });

  test('numberText of a value with an error ends at the second digit of the error', () => {
    expect(numberText(18.12345, { error: 0.3141 })).toBe('18.12');
    expect(numberText(181.2345, { error: 31.41 })).toBe('181');
    expect(numberText(0.01371, { error: 0.00123 })).toBe('0.0137');
  });

  test('numberText of zero is 0, and of a negative value begins with a true minus sign', () => {
    expect(numberText(0)).toBe('0');
    expect(numberText(-0.25)).toBe('−0.25000');
  });

  test('numberText of a negative value that rounds to zero has no minus sign', () => {
    expect(numberText(-0.001, { error: 0.31 })).toBe('0.00');
  });

  test('numberText of a very small or large value uses an exponent', () => {
    expect(numberText(1.23456e-9)).toBe('1.235e-9');
    expect(numberText(-4.5e12)).toBe('−4.500e+12');
  });

  test('errorText has two significant digits, and countText sets thousands apart', () => {
    expect([0.3141, 0.00123, 31.41].map(errorText)).toEqual(['0.31', '0.0012', '31']);
    expect([1500, null].map(countText)).toEqual(['1,500', '?']);
  });
});

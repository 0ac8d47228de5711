import { describe, expect, test } from 'vitest';
import {
  boundText,
  countText,
  errorText,
  numberText,
  percentText,
  probabilityClause,
  probabilityText,
} from '../../numerics/number-text.js';

describe('numberText', () => {
  test('numberText of a value without an error has four significant digits', () => {
    expect([18.123456, 0.0137123, 1234.5678, 123456.78].map((value) => numberText(value))).toEqual([
      '18.12',
      '0.01371',
      '1,235',
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
    expect(numberText(-0.25)).toBe('−0.2500');
  });

  test('numberText of a value far below its error keeps its sign and two digits of its own', () => {
    expect(numberText(-0.00047, { error: 0.031 })).toBe('−0.00047');
    expect(numberText(0.001, { error: 0.31 })).toBe('0.0010');
    expect([numberText(0, { error: 0.31 }), numberText(-1e-12, { error: 0.31 })]).toEqual(['0.00', '0.00']);
  });

  test('numberText of a very small or large value uses an exponent', () => {
    expect(numberText(1.23456e-9)).toBe('1.235e−9');
    expect(numberText(-4.5e12)).toBe('−4.500e+12');
  });

  test('percentText follows the error of the share, else has three digits at most', () => {
    expect([-0.42812, 0.95, 12.3456].map((share) => percentText(share))).toEqual([
      '−42.8 %',
      '95 %',
      '1,230 %',
    ]);
    expect(percentText(-0.42812, { error: 0.0046 })).toBe('−42.81 %');
    expect(percentText(-0.42812, { error: 0.46 })).toBe('−43 %');
  });

  test('probabilityText has two digits, and calls the smallest only small', () => {
    expect([0.0123, 0.5, 0.00001].map((p) => probabilityText(p))).toEqual(['0.012', '0.5', '< 0.0001']);
  });

  test('probabilityText calls the smallest p that draws can give a bound, and a sentence has one sign', () => {
    expect(probabilityText(0.01, 'smallest')).toBe('≤ 0.01');
    expect([1, 0.99996].map((p) => probabilityText(p, 'smallest'))).toEqual(['1', '1']);
    expect([0.012, 0.00001].map((p) => probabilityClause(p))).toEqual(['p = 0.012', 'p < 0.0001']);
    expect(probabilityClause(0.01, 'smallest')).toBe('p ≤ 0.01');
    expect(probabilityClause(0.99996, 'smallest')).toBe('p = 1');
  });

  test('boundText is never below the bound', () => {
    expect([6.62e-4, 6.6e-4, 6.6000001e-4, 9.91e-5, 1e-6, 12.1].map(boundText)).toEqual([
      '0.00067',
      '0.00066',
      '0.00067',
      '0.00010',
      '0.0000010',
      '13',
    ]);
  });

  test('errorText has two significant digits, and countText sets thousands apart', () => {
    expect([0.3141, 0.00123, 31.41].map(errorText)).toEqual(['0.31', '0.0012', '31']);
    expect([1500, null].map(countText)).toEqual(['1,500', '?']);
  });
});

import { describe, expect, test } from 'vitest';
import { float32FromHalf } from '../../../encoders/checkpoints/tensor-values.js';
import { halfBits } from '../../support/half-bits.js';

describe('float32FromHalf', () => {
  test('every finite half goes to float32 and back to the same bits', () => {
    const bits = Uint16Array.from({ length: 0x10000 }, (_, i) => i).filter(
      (half) => (half & 0x7c00) !== 0x7c00,
    );
    const values = float32FromHalf(bits);
    expect(Uint16Array.from(values, halfBits)).toEqual(bits);
  });

  test('what lies between two halves goes to the nearer one, and from the middle to the even one', () => {
    const nearest = (x: number) => float32FromHalf(Uint16Array.of(halfBits(x)))[0];
    expect(nearest(1 + 0.4 / 1024)).toBe(1);
    expect(nearest(1 + 0.5 / 1024)).toBe(1);
    expect(nearest(1 + 1.5 / 1024)).toBe(1 + 2 / 1024);
    expect(nearest(2 - 0.4 / 1024)).toBe(2);
    expect(nearest(2 ** -24 * 0.6)).toBe(2 ** -24);
  });
});

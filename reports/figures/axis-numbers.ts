import { textWidth } from './figure-size.js';

/** How the numbers on a linear axis are written. */
export interface AxisNumbers {
  /** the number at a tick */
  text(value: number): string;
  /** what the axis's label adds: the power of ten that very large or small numbers are written without */
  readonly note: string;
  /** pixels that they take beside the axis, their ticks included */
  readonly room: number;
}

/** Numbers from here on are written in powers of ten. */
const LARGE = 1e5;
const SMALL = 1e-2;
const FONT_SIZE = 10;
/** A tick, and the gap between it and its number. */
const TICK_ROOM = 12;
const RAISED: Readonly<Record<string, string>> = {
  '-': '⁻',
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].entries()),
};

/** As many digits after the point as about `ticks` round steps between the ends of an axis need. */
export function axisNumbers([low, high]: readonly [number, number], ticks: number): AxisNumbers {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const power = largest >= LARGE || largest < SMALL ? Math.floor(Math.log10(largest)) : 0;
  const unit = 10 ** power;
  const digits = Math.max(0, -Math.floor(Math.log10(roundStep((high - low) / ticks) / unit) + 1e-9));
  const text = (value: number) =>
    (value / unit)
      .toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
      .replace(/^-/, '−');
  const exponent = [...String(power)].map((letter) => RAISED[letter]).join('');
  return {
    text,
    note: power === 0 ? '' : `, in 10${exponent}`,
    room: TICK_ROOM + Math.max(...[low, high].map((end) => textWidth(text(end), FONT_SIZE))),
  };
}

/** The round number that ticks about `step` apart really are apart, as d3 chooses it. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const part = step / power;
  return power * (part >= Math.sqrt(50) ? 10 : part >= Math.sqrt(10) ? 5 : part >= Math.SQRT2 ? 2 : 1);
}

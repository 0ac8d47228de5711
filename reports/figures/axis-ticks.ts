import { largestOf, leastOf } from '../../numerics/order-statistics.js';
import { textWidth } from './figure-size.js';

/** Ends of an axis that holds all values with a little room; a single value gets room on both sides. */
export function paddedExtent(values: readonly number[]): readonly [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (low > high) return [0, 1];
  const room = high > low ? 0.05 * (high - low) : Math.max(Math.abs(low) * 0.1, 1e-6);
  return [low - room, high + room];
}

const MOST_TICKS = 7;
const STEPS = [[1, 2, 5], [1, 3], [1]] as const;

/** Round sizes inside a logarithmic axis, at most seven; the ends of the data where no two round ones lie inside. */
export function sizeTicks(sizes: readonly number[]): readonly number[] {
  const [low, high] = [leastOf(sizes), largestOf(sizes)];
  for (const steps of STEPS) {
    const ticks: number[] = [];
    for (let power = 1; power <= high; power *= 10) {
      ticks.push(
        ...steps.map((step) => step * power).filter((tick) => tick >= low / 1.02 && tick <= high * 1.02),
      );
    }
    if (ticks.length < 2) break;
    if (ticks.length <= MOST_TICKS) return ticks;
  }
  return low === high ? [low] : [low, high];
}

const TICK_FONT = 10;
const TICK_GAP = 6;

/** Of values on an axis, as many as have room for their numbers, both ends first; `at` is where one stands, in pixels. */
export function apartTicks(values: readonly number[], at: (value: number) => number): readonly number[] {
  const half = (value: number) => (textWidth(String(value), TICK_FONT) + TICK_GAP) / 2;
  const kept: number[] = [];
  for (const value of [values[0]!, values.at(-1)!, ...values.slice(1, -1)])
    if (kept.every((other) => Math.abs(at(value) - at(other)) >= half(value) + half(other))) kept.push(value);
  return kept.sort((a, b) => a - b);
}

/** Places at least `gap` apart between `first` and `last`, in the order of those given and as near to these as can be. */
export function apartPlaces(
  sorted: readonly number[],
  { gap, first, last }: { readonly gap: number; readonly first: number; readonly last: number },
): readonly number[] {
  // without the gaps places may be equal: means of neighbors that would change their order (pool adjacent violators)
  const pools: { sum: number; count: number }[] = [];
  sorted.forEach((place, i) => {
    let pool = { sum: place - i * gap, count: 1 };
    for (
      let before = pools.at(-1);
      before !== undefined && before.sum / before.count > pool.sum / pool.count;
      before = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: before.sum + pool.sum, count: before.count + pool.count };
    }
    pools.push(pool);
  });
  const highest = Math.max(first, last - (sorted.length - 1) * gap);
  return pools
    .flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count))
    .map((place, i) => Math.min(Math.max(place, first), highest) + i * gap);
}

/** `500`, `2k`, `1.5M`. */
export function sizeText(size: number): string {
  if (size >= 1e6) return `${Number((size / 1e6).toPrecision(3))}M`;
  if (size >= 1000) return `${Number((size / 1000).toPrecision(3))}k`;
  return String(size);
}

/** How the numbers on a linear axis are written. */
interface AxisNumbers {
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
    room: TICK_ROOM + largestOf([low, high].map((end) => textWidth(text(end), FONT_SIZE))),
  };
}

/** The round number that ticks about `step` apart really are apart, as d3 chooses it. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const part = step / power;
  return power * (part >= Math.sqrt(50) ? 10 : part >= Math.sqrt(10) ? 5 : part >= Math.SQRT2 ? 2 : 1);
}

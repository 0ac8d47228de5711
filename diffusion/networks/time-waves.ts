import type { TimeWaves } from './u-net.js';

const LONGEST_PERIOD = 10_000;

/**
 * Frequencies 10000^(−i/(half − shift)) for i = 0 … half − 1, rounded where float32 arithmetic rounds them, so that angles
 * of hundreds agree with the authors' to float32.
 *
 * @param shift  1: the last frequency is 1/10000 (DDPM); 0: it would be the next one (guided diffusion)
 * @param rounding  `quotient-first` where −log(10000)/(half − shift) is one number times i, as in DDPM's code
 */
export function timeWaves(settings: {
  readonly width: number;
  readonly shift: number;
  readonly order: TimeWaves['order'];
  readonly rounding: 'quotient-first' | 'product-first';
}): TimeWaves {
  const { width, shift, order, rounding } = settings;
  const half = Math.floor(width / 2);
  const { fround, log } = Math;
  const exponent = (i: number) =>
    rounding === 'quotient-first'
      ? i * fround(-log(LONGEST_PERIOD) / (half - shift))
      : fround(i * fround(-log(LONGEST_PERIOD))) / fround(half - shift);
  const frequencies = Float32Array.from({ length: half }, (_, i) => Math.exp(fround(exponent(i))));
  return { frequencies, order, width };
}

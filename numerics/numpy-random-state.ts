import { mersenne } from 'pure-rand/generator/mersenne';
import { OptionError, SampleSizeError } from '../errors.js';

/** The draws of numpy's legacy generator that published metric values depend on. */
export interface NumpyRandomState {
  /** the next 32 bits */
  nextUint32(): number;
  /** `permutation(n)`: 0 … n − 1 in random order */
  permutation(n: number): Uint32Array;
  /** `choice(n, size, replace=False)`: the first `size` entries of `permutation(n)` */
  choice(n: number, size: number): Uint32Array;
}

/**
 * numpy's `RandomState(seed)`: MT19937 from one 32-bit seed. Bounded draws mask to the next power of two and reject, one
 * output a try; a permutation is Fisher–Yates from the last entry down.
 *
 * @throws OptionError OUT_OF_RANGE unless seed is a whole number in [0, 2³²)
 * @source Matsumoto & Nishimura 1998; numpy/random/src/legacy and mt19937 (numpy 2.4)
 * @agreesWith numpy 2.4.6, exactly (test/reference/random-streams.json)
 * @example
 * numpyRandomState(2020).permutation(10).join(' '); // 2 4 9 1 5 7 6 3 8 0
 */
export function numpyRandomState(seed: number): NumpyRandomState {
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'seed',
      expected: 'must be a whole number from 0 to 2³² − 1',
      received: String(seed),
    });
  }
  const generator = mersenne(seed | 0);
  const nextUint32 = (): number => generator.next() >>> 0;

  /** uniform in 0 … highest */
  function bounded(highest: number): number {
    const mask = 2 ** Math.ceil(Math.log2(highest + 1)) - 1;
    for (;;) {
      const value = (nextUint32() & mask) >>> 0;
      if (value <= highest) return value;
    }
  }

  function permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = bounded(i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  function choice(n: number, size: number): Uint32Array {
    if (size > n) {
      throw new SampleSizeError('TOO_FEW_SAMPLES', {
        where: 'choice',
        expected: 'a draw without replacement must not be larger than the set',
        received: `${size} of ${n}`,
      });
    }
    return permutation(n).slice(0, size);
  }

  return { nextUint32, permutation, choice };
}

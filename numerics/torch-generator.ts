import { mersenne } from 'pure-rand/generator/mersenne';
import { OptionError } from '../errors.js';

/** The draws of torch's CPU generator that published metric values depend on. */
export interface TorchGenerator {
  /** `torch.randperm(n)` */
  permutation(n: number): Uint32Array;
  /** `torch.randn(count, dtype=float32)` for count ≥ 16, row-major for more axes */
  normals(count: number): Float32Array;
}

/**
 * torch's CPU generator after `manual_seed(seed)`: MT19937. A permutation swaps entry i with entry i + (u32 mod (n − i)).
 * Normals come in blocks of 16 from 24-bit uniforms by Box and Muller's transform, cosine in the first half of a block and
 * sine in the second; where the count is not a multiple of 16, the last 16 are drawn anew.
 *
 * @throws OptionError OUT_OF_RANGE unless seed is a whole number in [0, 2³²), or for fewer than 16 normals, which torch draws another
 * way
 * @agreesWith torch 2.13 CPU: permutations exactly, normals to 1.2e-7, a unit in the last place of values near 1 (test/reference/random-streams.json)
 * @example
 * torchGenerator(2020).permutation(10).join(' '); // 0 7 5 4 2 6 1 8 9 3
 */
export function torchGenerator(seed: number): TorchGenerator {
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'seed',
      expected: 'must be a whole number from 0 to 2³² − 1',
      received: String(seed),
    });
  }
  const generator = mersenne(seed | 0);

  function permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + ((generator.next() >>> 0) % (n - i));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  const uniform = (): number => (generator.next() & 0xffffff) / 2 ** 24;

  const round = Math.fround;

  /** Turns 16 uniforms into 16 normals, in place. */
  function transform(block: Float32Array): void {
    for (let j = 0; j < 8; j++) {
      // every step rounds to float32, as torch's does
      const radius = round(Math.sqrt(-2 * round(Math.log(1 - block[j]!))));
      const angle = round(round(2 * Math.PI) * block[j + 8]!);
      block[j] = radius * Math.cos(angle);
      block[j + 8] = radius * Math.sin(angle);
    }
  }

  function normals(count: number): Float32Array {
    if (!(count >= 16)) {
      throw new OptionError('OUT_OF_RANGE', {
        where: 'torchGenerator',
        expected: 'at least 16 normals must be drawn at once',
        received: String(count),
      });
    }
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = uniform();
    for (let i = 0; i + 16 <= count; i += 16) transform(values.subarray(i, i + 16));
    if (count % 16 !== 0) {
      const last = values.subarray(count - 16);
      for (let i = 0; i < 16; i++) last[i] = uniform();
      transform(last);
    }
    return values;
  }

  return { permutation, normals };
}

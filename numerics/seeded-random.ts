import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { SampleSizeError } from '../errors.js';

/** Uniform draws from [0, 1), 53 bits each. */
export type Random = () => number;

/** FNV-1a over UTF-16 units, then Murmur3's finalizer, so that near labels give far seeds. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * A generator for one purpose: the same seed and labels give the same stream on every machine; other labels give a stream
 * that shares nothing with it.
 *
 * @param labels  what the stream is for, such as metric, set, sample size and repeat
 * @example
 * seededRandom(2020, 'fid', 500, 3)() === seededRandom(2020, 'fid', 500, 3)(); // true
 */
export function seededRandom(seed: number, ...labels: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(hash([seed, ...labels].join('\u0000')));
  return () => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/**
 * `size` of 0 … n − 1 without replacement, by the first `size` steps of Fisher–Yates: a shorter draw from the same stream is
 * a prefix of a longer one.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES if size exceeds n
 * @example
 * sampleIndices({ n: 3, size: 3 }, () => 0).join(' '); // 0 1 2
 */
export function sampleIndices(
  { n, size }: { readonly n: number; readonly size: number },
  random: Random,
): Uint32Array {
  if (size > n) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'sampleIndices',
      expected: 'a draw without replacement must not be larger than the set',
      received: `${size} of ${n}`,
    });
  }
  const indices = new Uint32Array(n);
  for (let i = 0; i < n; i++) indices[i] = i;
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random() * (n - i));
    const chosen = indices[j]!;
    indices[j] = indices[i]!;
    indices[i] = chosen;
  }
  return indices.slice(0, size);
}

/**
 * Independent standard normal draws, by Box and Muller's transform.
 *
 * @example
 * standardNormals(3, seededRandom(1)).length; // 3
 */
export function standardNormals(length: number, random: Random): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** Indices in `count` pieces of equal size, or one more, sharing storage. */
export function equalPieces(indices: Uint32Array, count: number): readonly Uint32Array[] {
  const n = indices.length;
  return Array.from({ length: count }, (_, i) =>
    indices.subarray(Math.floor((i * n) / count), Math.floor(((i + 1) * n) / count)),
  );
}

/** An integer of 0 … below − 1. */
export type Random = (below: number) => number;

/** One of several. */
export function one<Item>(random: Random, items: readonly Item[]): Item {
  return items[random(items.length)]!;
}

/** Numbers at which counts, offsets and sizes go wrong. */
export const EDGE_NUMBERS: readonly number[] = [
  ...[0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 31, 32, 63, 64, 65, 100, 127, 128, 255, 256, 257, 1000, 4095, 4096],
  ...[32767, 32768, 65534, 65535, 65536, 99_999, 1_000_000, 16_777_215, 16_777_216, 178_956_970],
  ...[2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1],
];
const MOST_BYTES = 1 << 18;

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

function changed(bytes: Uint8Array, change: (copy: Buffer) => void): Uint8Array {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) change(copy);
  return copy;
}

function place(bytes: Uint8Array, random: Random): number {
  // Heads are where the counts are: half of all changes fall into them.
  return random(2) === 0 ? random(Math.min(bytes.length, 64)) : random(bytes.length);
}

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) =>
    changed(bytes, (copy) => {
      copy[place(copy, random)]! ^= 1 << random(8);
    }),
  (bytes, random) =>
    changed(bytes, (copy) => {
      copy[place(copy, random)] = random(256);
    }),
  (bytes, random) =>
    changed(bytes, (copy) => {
      const size = one(random, [2, 4, 8]);
      if (copy.length < size) return;
      const at = Math.min(place(copy, random), copy.length - size);
      const value = one(random, EDGE_NUMBERS);
      const order = random(2) === 0 ? 'LE' : 'BE';
      if (size === 2) copy[`writeUInt16${order}`](value % 65_536, at);
      if (size === 4) copy[`writeUInt32${order}`](value, at);
      if (size === 8) copy[`writeBigUInt64${order}`](BigInt(value) * one(random, [1n, 2n ** 31n]), at);
    }),
  (bytes, random) => bytes.slice(0, random(bytes.length + 1)),
  (bytes, random) => {
    const start = random(bytes.length + 1);
    return Buffer.concat([
      bytes.subarray(0, start),
      bytes.subarray(start + random(bytes.length - start + 1)),
    ]);
  },
  (bytes, random) => {
    const start = random(bytes.length + 1);
    const part = bytes.subarray(start, start + 1 + random(Math.min(64, bytes.length - start + 1)));
    const times = one(random, [1, 2, 10, 1000]);
    const most = Math.max(1, Math.min(times, Math.floor(MOST_BYTES / Math.max(part.length, 1))));
    return Buffer.concat([
      bytes.subarray(0, start),
      ...Array<Uint8Array>(most).fill(part),
      bytes.subarray(start),
    ]);
  },
  (bytes, random) => {
    const noise = Uint8Array.from({ length: random(32) }, () => random(256));
    const start = random(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, start), noise, bytes.subarray(start)]);
  },
];

/** Bytes with a few changes, blind to what they mean. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  let result = bytes;
  for (let changes = 1 + random(4); changes > 0; changes--) result = one(random, MUTATIONS)(result, random);
  return result;
}

/** Text with tokens of its own kind put in, taken out or doubled. */
export function mutatedText(text: string, tokens: readonly string[], random: Random): string {
  let result = text;
  for (let changes = one(random, [1, 1, 1, 2, 3, 6]); changes > 0; changes--) {
    const at = random(result.length + 1);
    const times = one(random, [1, 1, 1, 2, 50]);
    const kept = result.slice(at + one(random, [0, 0, 1, 1 + random(20)]));
    result = result.slice(0, at) + one(random, tokens).repeat(times) + kept;
  }
  return result;
}

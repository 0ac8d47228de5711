import { npy } from '../hostile/hostile-arrays.js';
import { deflatedEntry, type RawEntry, rawZip, storedEntry } from '../hostile/hostile-zip.js';
import { EDGE_NUMBERS, mutated, one, type Random } from './mutations.js';

const TYPES = [
  ...[
    '<f4',
    '<f8',
    '>f4',
    '<f2',
    '|u1',
    '|i1',
    '|b1',
    '<i4',
    '<i8',
    '>u8',
    '<U0',
    '<U1',
    '>U3',
    '|S0',
    '|S5',
  ],
  ...['|S70000', '<c8', '|O', '<M8[ns]', '<f16', '<f0', '', '<U99999999999999999999', "[('a', '<f4')]"],
];
const SIDES = [
  ...EDGE_NUMBERS.map(String),
  '0',
  '1',
  '2',
  '2',
  '3',
  '3L',
  '-1',
  '1e3',
  'x',
  '9007199254740993',
  '',
];

/** An array whose head may lie, with data that may fit it. */
export function fuzzedArray(random: Random): Uint8Array {
  const axes = one(random, [0, 1, 1, 2, 2, 2, 3, 4, 4, 5, 70, 3000]);
  const sides = Array.from({ length: axes }, () => (axes > 5 ? one(random, ['1', '2']) : one(random, SIDES)));
  const descr = one(random, TYPES);
  const count = sides.reduce((product, side) => product * Number(side), 1);
  const size = Number(/(\d+)$/.exec(descr)?.[1] ?? 1) * (descr.includes('U') ? 4 : 1);
  const fits = random(3) > 0 && Number.isSafeInteger(count * size) && count * size < 100_000 && count >= 0;
  const data = new Uint8Array(fits ? count * size : random(200));
  if (random(2) === 0) for (let i = 0; i < data.length; i++) data[i] = random(256);
  const array = npy(descr, `${sides.join(', ')}${random(4) === 0 ? '' : ','}`, {
    data,
    fortran: random(3) === 0,
  });
  return random(4) === 0 ? mutated(array, random) : array;
}

const NAMES: readonly (string | Uint8Array)[] = [
  ...[
    'embeddings.npy',
    'logits.npy',
    'ids.npy',
    'ids.json',
    'mu.npy',
    'sigma.npy',
    'n.npy',
    'mu_rest.npy',
    'arr_0.npy',
  ],
  ...['maps.npy', 'text.npy', 'provenance.json', 'a.png', 'a/b.png', 'a/data.pkl', 'a/data/0', 'a/byteorder'],
  ...[
    '../a.png',
    '/a.png',
    'a\\..\\b',
    'a/',
    '',
    'x'.repeat(300),
    '__proto__.npy',
    'constructor.npy',
    'a\0b.png',
  ],
  Uint8Array.of(0xff, 0xfe, 0x2e, 0x70, 0x6e, 0x67),
];

/** An archive of the files given and others, in which anything may be a lie. */
export function fuzzedZip(entries: readonly RawEntry[], random: Random): Uint8Array {
  const written = entries.map((entry): RawEntry => {
    switch (random(50)) {
      case 0:
        return { ...entry, size: one(random, EDGE_NUMBERS) };
      case 1:
        return { ...entry, compressedSize: one(random, EDGE_NUMBERS) };
      case 2:
        return { ...entry, crc32: random(2 ** 31) };
      case 3:
        return { ...entry, method: one(random, [0, 1, 8, 9, 12, 14, 99]) };
      case 4:
        return { ...entry, name: one(random, NAMES) };
      case 5:
        return { ...entry, offset: one(random, [0, 1, 30, ...EDGE_NUMBERS]) };
      case 6:
        return { ...entry, data: null, offset: 0, compressedSize: entry.data?.length ?? 0 };
      case 7:
        return { ...entry, flags: random(65_536) };
      case 8:
        return { ...entry, size: 2 ** 32 - 1, extra: zip64Extra(random) };
      case 9:
        return { ...entry, data: entry.data === null ? null : mutated(entry.data, random) };
      default:
        return entry;
    }
  });
  const isSmall = written.every(({ data }) => (data?.length ?? 0) < 1000);
  const copies =
    written.length > 0 && isSmall && random(20) === 0
      ? Array.from({ length: 500 }, () => one(random, written))
      : [];
  const lies = {
    ...(random(10) === 0 ? { count: one(random, EDGE_NUMBERS) } : {}),
    ...(random(10) === 0 ? { comment: 'PK\u0005\u0006'.repeat(random(50)) } : {}),
  };
  const archive = rawZip([...written, ...copies], lies);
  return random(8) === 0 ? mutated(archive, random) : archive;
}

function zip64Extra(random: Random): Uint8Array {
  const values = Array.from(
    { length: random(5) },
    () => BigInt(one(random, EDGE_NUMBERS)) << BigInt(random(33)),
  );
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(random(3) === 0 ? random(100) : 8 * values.length, 2);
  for (const [i, value] of values.entries()) extra.writeBigUInt64LE(BigInt.asUintN(64, value), 4 + 8 * i);
  return extra;
}

export function entry(name: string, bytes: Uint8Array, random: Random): RawEntry {
  return random(2) === 0 ? storedEntry(name, bytes) : deflatedEntry(name, bytes);
}

/** A `.npz` of some of the names that its readers look for. */
export function fuzzedNpz(
  random: Random,
  files: Readonly<Record<string, (random: Random) => Uint8Array>>,
): Uint8Array {
  const names = Object.keys(files).filter(() => random(3) > 0);
  return fuzzedZip(
    names.map((name) => entry(name, files[name]!(random), random)),
    random,
  );
}

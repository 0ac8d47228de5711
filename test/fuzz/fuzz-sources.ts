import { gzipSync } from 'node:zlib';
import { npy } from '../hostile/hostile-arrays.js';
import * as parquet from '../hostile/hostile-parquet.js';
import * as pickle from '../hostile/hostile-pickles.js';
import { type TarFile, tarOf } from '../support/tar-file.js';
import { EDGE_NUMBERS, mutated, mutatedText, one, type Random } from './mutations.js';

const NAMES = [
  'a.png',
  'b/c.jpg',
  'b/c.cls',
  'd.seg.png',
  'd.jpg',
  '../x.png',
  '/x.png',
  '',
  './e.png',
  'f',
  'g/',
  'é.png',
];
const RECORDS = [
  '15 path=a/b.png\n',
  '9 size=7\n',
  '6 a=b\n',
  '30 GNU.sparse.major=1\n',
  '19 linkpath=a.png\n',
  '99 path=x\n',
  '0 \n',
  '=',
  ' ',
  '\n',
];

/** A tar of members that may lie, after attributes that may be of anything. */
export function fuzzedTar(random: Random): Uint8Array {
  const members = Array.from({ length: random(6) }, (): TarFile => {
    const type = one(random, [
      '0',
      '0',
      '0',
      '\0',
      '1',
      '2',
      '5',
      '7',
      'x',
      'x',
      'g',
      'L',
      'K',
      'S',
      'M',
      'V',
    ]);
    const isAttributes = 'xg'.includes(type);
    const text = Array.from({ length: random(4) }, () => one(random, RECORDS)).join('');
    const data = isAttributes ? Buffer.from(text) : Buffer.alloc(random(700), 'n');
    const sizes = [
      '',
      '0\0',
      '777777777777',
      '\x80\0\0\0\0\0\0\0\0\0\x02\0',
      '-7\0',
      '9\0',
      `${one(random, EDGE_NUMBERS).toString(8)}\0`,
    ];
    return {
      name: one(random, NAMES),
      data,
      type,
      link: one(random, NAMES),
      ...(random(6) === 0 ? { size: one(random, sizes) } : {}),
    };
  });
  const archive = tarOf(members, { end: one(random, [1024, 1024, 512, 0, 1]) });
  return random(4) === 0 ? mutated(archive, random) : archive;
}

/** A parquet file whose pages may hold anything. */
export function fuzzedParquet(random: Random): Uint8Array {
  const rows = one(random, [0, 1, 2, 3, 3, 8, one(random, EDGE_NUMBERS)]);
  const images = Array.from({ length: Math.min(rows, 20) }, () => Buffer.alloc(random(9), 'i'));
  const values = parquet.plain(images);
  const repetition = random(3);
  const levels =
    repetition === 1
      ? Buffer.from([2, 0, 0, 0, 2 * Math.min(rows, 60), one(random, [1, 1, 0])])
      : Buffer.alloc(0);
  const body = Buffer.concat([levels, values]);
  const data = random(3) === 0 ? mutated(body, random) : body;
  const lies = {
    rows: random(5) === 0 ? one(random, EDGE_NUMBERS) : rows,
    encoding: one(random, [0, 0, 0, 2, 3, 5, 6, 8]),
    ...(random(5) === 0 ? { size: one(random, EDGE_NUMBERS) } : {}),
  };
  const page = parquet.page(data, lies);
  const file = parquet.rawParquet({
    pages: Buffer.concat(Array<Buffer>(1 + random(2)).fill(page)),
    rows: random(5) === 0 ? one(random, EDGE_NUMBERS) : rows,
    codec: one(random, [0, 0, 1, 2, 4, 6, 7, 40]),
    repetition,
  });
  return random(2) === 0 ? mutated(file, random) : file;
}

/** An idx file, gzipped or not. */
export function fuzzedIdx(random: Random): Uint8Array {
  const axes = one(random, [0, 1, 2, 3, 3, 3, 4, 5, 255]);
  const sides = Array.from({ length: Math.min(axes, 5) }, () =>
    one(random, [0, 1, 2, 3, 3, one(random, EDGE_NUMBERS)]),
  );
  const head = Buffer.alloc(4 + 4 * sides.length);
  head.set([random(20) === 0 ? 1 : 0, 0, one(random, [8, 8, 8, 0x0d]), axes]);
  sides.forEach((side, i) => {
    head.writeUInt32BE(side % 2 ** 32, 4 + 4 * i);
  });
  const size = sides.reduce((product, side) => product * side, 1);
  const fits = size < 100_000 && random(4) > 0;
  const file = Buffer.concat([head, new Uint8Array(fits ? size : random(100))]);
  if (random(3) === 0) return mutated(file, random);
  const packed = gzipSync(file);
  return random(3) === 0 ? mutated(packed, random) : packed;
}

/** Images of floats and bytes, of which some lie outside 0..1. */
export function fuzzedImageArray(random: Random): Uint8Array {
  const shape = one(random, [
    '2, 2, 2, 3',
    '2, 3, 2, 2',
    '2, 2, 2',
    '2, 2, 2, 4',
    '1, 0, 1, 3',
    '2, 3, 3, 3',
    '0, 1, 1, 3',
    '9, 1',
  ]);
  const type = one(random, ['|u1', '<f4', '<f8', '>f4', '<f2', '|i1', '<i4']);
  const count = shape.split(', ').reduce((product, side) => product * Number(side), 1);
  const data = new Uint8Array(count * Number(type.at(-1)));
  if (random(2) === 0) for (let i = 0; i < data.length; i++) data[i] = random(256);
  const file = npy(type, shape, { data, fortran: random(6) === 0 });
  return random(3) === 0 ? mutated(file, random) : file;
}

/** A pickle of arrays by name. */
export function fuzzedArrays(random: Random): Uint8Array {
  const dtype = () =>
    `${pickle.global('numpy', 'dtype')}(${pickle.text(one(random, ['f8', 'f8', 'f4', 'i8', 'O8', 'U3', '']))}\x89\x88tR`;
  const sides = () =>
    Array.from({ length: random(3) }, () => pickle.int(one(random, [1, 2, 3, random(70_000)]))).join('');
  const bytes = () => {
    const length = one(random, [0, 8, 16, 24, 32, 72, 7]);
    return random(4) === 0
      ? `${pickle.global('_codecs', 'encode')}(${pickle.text('é'.repeat(length))}${pickle.text(one(random, ['latin1', 'utf8']))}tR`
      : `C${String.fromCharCode(length)}${'\x01'.repeat(length)}`;
  };
  const array = () =>
    random(3) === 0
      ? `${pickle.global('numpy.core.numeric', '_frombuffer')}(${bytes()}${dtype()}(${sides()}t${pickle.text(one(random, ['C', 'F']))}tR`
      : `${pickle.global(one(random, ['numpy.core.multiarray', 'numpy._core.multiarray']), '_reconstruct')}(${pickle.global('numpy', 'ndarray')}${pickle.int(0)}\x85C\x01btR(${pickle.int(1)}(${sides()}t${dtype()}${one(random, ['\x88', '\x89'])}${bytes()}tb`;
  const entries = Array.from(
    { length: random(4) },
    () => `${pickle.text(one(random, ['mu', 'sigma', 'n', 'fid', 'x']))}${array()}`,
  );
  const body = Buffer.from(`\x80\x04}(${entries.join('')}u.`, 'latin1');
  return random(3) === 0 ? mutated(body, random) : body;
}

/** A list of files, none of which is there. */
export function fuzzedList(random: Random): Uint8Array {
  const tokens = [
    'a.csv',
    '/dev/zero',
    '../',
    '\n',
    '"',
    ',',
    'path',
    '\0',
    '\ufeff',
    '.',
    '/',
    'a'.repeat(5000),
  ];
  return Buffer.from(mutatedText('path,class\na.csv,1\nb.png,2\n', tokens, random));
}

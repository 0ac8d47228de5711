import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { blockBytes } from '../../encoders/files/cache-block.js';
import { tarOf } from '../support/tar-file.js';
import { floats, npy } from './hostile-arrays.js';
import { emptyBmp, emptyGif, flatPng, pngWithTexts } from './hostile-images.js';
import { externalNetwork, SIDECAR } from './hostile-networks.js';
import * as parquet from './hostile-parquet.js';
import * as pickle from './hostile-pickles.js';
import { deflatedEntry, type RawEntry, rawZip, storedEntry, zerosEntry } from './hostile-zip.js';
import { type ReaderName, SMALL_DENOISER } from './readers.js';

/** A file made to hang or exhaust whoever reads it. */
export interface HostileFile {
  /** what it does */
  readonly name: string;
  readonly reader: ReaderName;
  /** `read` where it is innocent once it costs no more than its bytes explain; else it is refused */
  readonly outcome?: 'read' | 'refused';
  /** how many files it is, 1 unless told: each has the time of one */
  readonly files?: number;
  /** writes it into a folder that is there and empty; gives the path to be read */
  write(folder: string): string | Promise<string>;
}

function file(
  name: string,
  reader: ReaderName,
  ending: string,
  bytes: () => Uint8Array | string,
): HostileFile {
  return {
    name,
    reader,
    write(folder) {
      const path = join(folder, `a${ending}`);
      writeFileSync(path, bytes());
      return path;
    },
  };
}

function innocent(file: HostileFile): HostileFile {
  return { ...file, outcome: 'read' };
}

/** Embeddings of one row of one number, with what else is given. */
function embeddings(...entries: readonly RawEntry[]): Uint8Array {
  return rawZip([deflatedEntry('embeddings.npy', floats([1, 1])), ...entries]);
}

function repeated(first: string, again: string, times: number): Uint8Array {
  return pickle.legacyCheckpoint(pickle.besideTensor(`${first}${again.repeat(times)}`));
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const ARRAYS: readonly HostileFile[] = [
  innocent(
    file('an id of zeros before its last byte', 'embedded-set', '.npz', () =>
      embeddings(
        zerosEntry('ids.npy', {
          head: npy('|S1400001', '1,'),
          zeros: 1_400_000,
          tail: Buffer.from('x'),
        }),
      ),
    ),
  ),
  file('endless ids of no width', 'embedded-set', '.npz', () =>
    embeddings(deflatedEntry('ids.npy', npy('<U0', '1000000000000,'))),
  ),
  file('an id of a code point that does not exist', 'embedded-set', '.npz', () =>
    embeddings(deflatedEntry('ids.npy', npy('<U1', '1,', { data: Uint8Array.of(255, 255, 255, 255) }))),
  ),
  innocent(
    file('an id of 200,000 characters', 'embedded-set', '.npz', () =>
      embeddings(deflatedEntry('ids.npy', npy('<U200000', '1,', { data: Buffer.alloc(800_000, 'a\0\0\0') }))),
    ),
  ),
  file('30,000 axes', 'npy', '.npy', () =>
    npy('<f4', `${'1,'.repeat(30_000)}100000`, { data: new Uint8Array(400_000), fortran: true }),
  ),
  file('a head of 8 MB', 'embedded-set', '.npz', () =>
    embeddings(deflatedEntry('ids.npy', npy('<U1', '1,'.repeat(4_000_000)))),
  ),
  file('300 million single texts', 'embedded-set', '.npz', () =>
    embeddings(zerosEntry('ids.npy', { head: npy('|S1', '300000000,'), zeros: 300_000_000 })),
  ),
  file('ids.json nested without end', 'embedded-set', '.npz', () =>
    embeddings(deflatedEntry('ids.json', Buffer.from(nested(4_000_000)))),
  ),
  file('ids.json of endless texts', 'embedded-set', '.npz', () =>
    embeddings(deflatedEntry('ids.json', Buffer.from(`[${'"",'.repeat(40_000_000)}""]`))),
  ),
  file('ids.json of maps that is none', 'maps', '.npz', () =>
    rawZip([deflatedEntry('maps.npy', floats([1, 2, 2])), deflatedEntry('ids.json', Buffer.from('{"a": 1'))]),
  ),
  file('100 million images of one pixel', 'image-set', '.npz', () =>
    rawZip([zerosEntry('arr_0.npy', { head: npy('|u1', '100000000, 1, 1, 3'), zeros: 300_000_000 })]),
  ),
  file('100,000 arrays of unknown kinds', 'embedded-set', '.npz', () =>
    rawZip(Array.from({ length: 60_000 }, (_, i) => storedEntry(`${i}.npy`, floats([1])))),
  ),
  file('20,000 entries on the same bytes', 'zip', '.zip', () => {
    const first = deflatedEntry('0', new Uint8Array(1 << 20));
    const others = Array.from({ length: 20_000 }, (_, i) => ({
      ...first,
      name: `${i + 1}`,
      data: null,
      compressedSize: first.data!.length,
      offset: 0,
    }));
    return rawZip([first, ...others]);
  }),
  file('an entry larger than any memory', 'npz', '.npz', () =>
    rawZip([
      { ...zerosEntry('a.npy', { head: npy('<f4', '75000000,'), zeros: 300_000_000 }), size: 309_000_000 },
    ]),
  ),
];

function safetensors(header: string): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, Buffer.from(header), new Uint8Array(1_000_000)]);
}

const CHECKPOINTS: readonly HostileFile[] = [
  file('keys of storages that are shared lists', 'checkpoint', '.pth', () =>
    pickle.legacyCheckpoint(pickle.besideTensor('N'), {
      keys: `${pickle.sharedLists(30, 2)}${pickle.put(99)}0]${pickle.get(99)}a`,
    }),
  ),
  file('an object of shared lists', 'checkpoint', '.pth', () =>
    pickle.legacyCheckpoint(pickle.sharedLists(40, 3)),
  ),
  file('dictionaries made of one list again and again', 'checkpoint', '.pth', () => {
    const pairs = `](${Array.from({ length: 10_000 }, (_, i) => `${pickle.int(i)}N\x86`).join('')}e${pickle.put(0)}0`;
    const dictionary = `${pickle.global('collections', 'OrderedDict')}${pickle.put(1)}0`;
    const made = `${pickle.get(1)}${pickle.get(0)}\x85R`;
    return repeated(`${pairs}${dictionary}N`, `0${made}`, 8_000);
  }),
  file('a state set again and again', 'checkpoint', '.pth', () => {
    const state = `}(${Array.from({ length: 10_000 }, (_, i) => `${pickle.int(i)}N`).join('')}u${pickle.put(0)}0`;
    const bag = `${pickle.global('argparse', 'Namespace')})\x81`;
    return repeated(`${state}${bag}`, `${pickle.get(0)}b`, 8_000);
  }),
  file('one long shape of many tensors', 'checkpoint', '.pth', () => {
    const axes = `(${pickle.int(1).repeat(10_000)}t${pickle.put(0)}0`;
    const rebuild = `${pickle.global('torch._utils', '_rebuild_tensor_v2')}${pickle.put(1)}0`;
    const storage = `(${pickle.text('storage')}${pickle.global('torch', 'FloatStorage')}${pickle.text('0')}N${pickle.int(4)}tQ${pickle.put(2)}0`;
    const made = `${pickle.get(1)}(${pickle.get(2)}${pickle.int(0)}${pickle.get(0)}${pickle.get(0)}tR`;
    return repeated(`${axes}${rebuild}${storage}N`, `0${made}`, 8_000);
  }),
  file('a long global named again and again', 'checkpoint', '.pth', () => {
    const module = `${pickle.text(`__torch__.${'a'.repeat(100_000)}`)}${pickle.put(0)}0`;
    const named = `${pickle.get(0)}${pickle.text('b')}\x93`;
    return repeated(`${module}N`, `0${named}`, 20_000);
  }),
  file('a memo whose places collide', 'checkpoint', '.pth', () =>
    pickle.legacyCheckpoint(
      pickle.besideTensor(`N${Array.from({ length: 50_000 }, (_, i) => pickle.put(i * 65_536)).join('')}`),
    ),
  ),
  file('tensors named by paths through shared lists', 'checkpoint', '.pth', () =>
    pickle.legacyCheckpoint(
      `${pickle.tensor()}${pickle.put(0)}0]${pickle.get(0)}a${pickle.put(1)}` +
        Array.from(
          { length: 12 },
          (_, level) => `0](${pickle.get(level + 1).repeat(4)}e${pickle.put(level + 2)}`,
        ).join(''),
    ),
  ),
  file('300,000 tensors of a safetensors file on the same bytes', 'checkpoint', '.safetensors', () =>
    safetensors(
      `{${Array.from({ length: 300_000 }, (_, i) => `"${i}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`).join(',')}}`,
    ),
  ),
  file('60,000 tensors of a safetensors file on the same megabyte', 'checkpoint', '.safetensors', () =>
    safetensors(
      `{${Array.from({ length: 60_000 }, (_, i) => `"${i}":{"dtype":"U8","shape":[1000000],"data_offsets":[0,1000000]}`).join(',')}}`,
    ),
  ),
  file('a shape of a safetensors file nested without end', 'checkpoint', '.safetensors', () => {
    const shape = nested(200_000);
    return safetensors(`{"a":{"dtype":${shape},"shape":${shape},"data_offsets":[0,0]}}`);
  }),
];

/** An array's own bytes, of zeros. */
const ZEROS = new Uint8Array(1 << 20);

const SOURCES: readonly HostileFile[] = [
  file('attributes of a tar that are one long line', 'tar', '.tar', () =>
    tarOf([{ name: 'x', type: 'x', data: Buffer.alloc(60_000, '1') }]),
  ),
  innocent(
    file('150 long attributes of short records', 'tar', '.tar', () =>
      tarOf([
        ...Array.from({ length: 150 }, () => ({
          name: 'x',
          type: 'x',
          data: Buffer.from('6 a=b\n'.repeat(10_000)),
        })),
        { name: 'a.png', data: new Uint8Array(1) },
      ]),
    ),
  ),
  file('a name of a gigabyte in a tar', 'tar', '.tar', () =>
    tarOf([{ name: 'x', type: 'L', size: '07777777777\0', data: new Uint8Array(1000) }]),
  ),
  innocent(
    file('20,000 hard links to one member of a tar', 'tar', '.tar', () =>
      tarOf([
        { name: '0.png', data: new Uint8Array(1) },
        ...Array.from({ length: 20_000 }, (_, i) => ({
          name: `${i + 1}.txt`,
          type: '1',
          link: '0.png',
          data: new Uint8Array(0),
        })),
      ]),
    ),
  ),
  file('a page of a billion values', 'parquet', '.parquet', () =>
    parquet.rawParquet({ pages: parquet.page(ZEROS.subarray(0, 100), { rows: 1e9 }), rows: 1e9 }),
  ),
  file('a page of a billion values in a group of one', 'parquet', '.parquet', () =>
    parquet.rawParquet({ pages: parquet.page(ZEROS.subarray(0, 100), { rows: 1e9 }), rows: 1 }),
  ),
  innocent(
    file('levels that run on for a billion values', 'parquet', '.parquet', () => {
      const levels = Buffer.from([6, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x07, 1]);
      const data = Buffer.concat([levels, parquet.plain([Buffer.from('a'), Buffer.from('b')])]);
      return parquet.rawParquet({ pages: parquet.page(data, { rows: 2 }), rows: 2, repetition: 1 });
    }),
  ),
  file('a page of Snappy that promises two gigabytes', 'parquet', '.parquet', () =>
    parquet.rawParquet({
      pages: parquet.page(ZEROS.subarray(0, 100), { rows: 1, size: 2 ** 31 - 1 }),
      rows: 1,
      codec: 1,
    }),
  ),
  file('a number of a megabyte in the metadata', 'parquet', '.parquet', () =>
    parquet.framed(
      new Uint8Array(0),
      Buffer.concat([Buffer.from([0x15]), Buffer.alloc(1_000_000, 0xff), Buffer.from([0, 0])]),
    ),
  ),
  file('metadata nested without end', 'parquet', '.parquet', () =>
    parquet.framed(new Uint8Array(0), Buffer.alloc(1_000_000, 0x1c)),
  ),
  file('metadata of ten million structs', 'parquet', '.parquet', () =>
    parquet.framed(
      new Uint8Array(0),
      parquet.struct(parquet.list(2, 12, [Buffer.alloc(10_000_000)], 10_000_000)),
    ),
  ),
  file('100,000 pages without values', 'parquet', '.parquet', () =>
    parquet.rawParquet({
      pages: Buffer.concat(Array<Buffer>(100_000).fill(parquet.page(new Uint8Array(0), { rows: 0 }))),
      rows: 1,
    }),
  ),
  file('100 million images of one pixel in an idx file', 'idx', '.gz', () =>
    gzipSync(Buffer.concat([Buffer.from([0, 0, 8, 3, 5, 245, 225, 0, 0, 0, 0, 1, 0, 0, 0, 1]), ZEROS])),
  ),
  file('an idx file of a shape beyond all numbers', 'idx', '.gz', () =>
    gzipSync(Buffer.concat([Buffer.from([0, 0, 8, 4]), Buffer.alloc(16, 0xff)])),
  ),
  file('300,000 names of files that are not there', 'list', '.csv', () =>
    ['path', ...Array.from({ length: 300_000 }, (_, i) => i.toString(36))].join('\n'),
  ),
  file('30 million images of one pixel in an array', 'image-array', '.npy', () =>
    npy('|u1', '30000000, 1, 1, 1', { data: new Uint8Array(30_000_000) }).subarray(0, 1_000_000),
  ),
  file('bytes that are made of one text again and again', 'tensors', '.pkl', () => {
    const long = `${pickle.text('a'.repeat(1_000_000))}${pickle.put(0)}0${pickle.text('latin1')}${pickle.put(1)}0`;
    const codec = `${pickle.global('_codecs', 'encode')}${pickle.put(2)}`;
    const made = `0${pickle.get(2)}${pickle.get(0)}${pickle.get(1)}\x86R`;
    return Buffer.from(`\x80\x02${long}${codec}${made.repeat(8_000)}.`, 'latin1');
  }),
];

const OUTSIDE: readonly HostileFile[] = (['dots', 'absolute', 'symlink', 'device'] as const).map((way) => ({
  name: `weights outside the folder of their network, by ${way}`,
  reader: 'onnx',
  async write(folder) {
    const path = join(folder, 'inner', 'a.onnx');
    mkdirSync(dirname(path));
    const outside = join(folder, 'outside.weights');
    writeFileSync(outside, new Uint8Array(6144));
    const inside = join(folder, 'inner', 'a.weights');
    if (way === 'symlink') symlinkSync(outside, inside);
    if (way === 'device') symlinkSync('/dev/zero', inside);
    const location = way === 'dots' ? '../outside.weights' : way === 'absolute' ? outside : 'a.weights';
    writeFileSync(path, await externalNetwork(location));
    writeFileSync(path.replace('.onnx', '.json'), SIDECAR);
    return path;
  },
}));

const NETWORKS: readonly HostileFile[] = [
  ...OUTSIDE,
  {
    name: 'a network of 2 million empty nodes',
    reader: 'onnx',
    write: async (folder) => {
      const path = join(folder, 'a.onnx');
      const nodes = Buffer.alloc(4_000_000);
      for (let i = 0; i < nodes.length; i += 2) nodes[i] = 0x0a; // field 1 of a graph, of no bytes
      const length = [];
      for (let left = nodes.length; left > 0; left = Math.floor(left / 128))
        length.push((left % 128) | (left >= 128 ? 128 : 0));
      writeFileSync(path, Buffer.concat([Buffer.from([0x08, 8, 0x3a, ...length]), nodes]));
      writeFileSync(path.replace('.onnx', '.json'), SIDECAR);
      return path;
    },
  },
];

const IMAGES: readonly HostileFile[] = [
  innocent(file('a PNG with a gigabyte of deflated texts', 'png', '.png', pngWithTexts)),
  innocent(file('a map with a gigabyte of deflated texts', 'map', '.png', pngWithTexts)),
  {
    name: 'PNG bombs under the limit in all threads at once',
    reader: 'image-threads',
    write(folder) {
      const bomb = flatPng(13_000, 13_000);
      for (let i = 0; i < 8; i++)
        writeFileSync(join(folder, `${i}.png`), Buffer.concat([bomb, Buffer.alloc(i)]));
      return folder;
    },
  },
  {
    name: 'PNGs of 16 million pixels in all threads at once',
    reader: 'image-threads',
    outcome: 'read',
    files: 8,
    write(folder) {
      const large = flatPng(4_096, 4_096);
      for (let i = 0; i < 8; i++)
        writeFileSync(join(folder, `${i}.png`), Buffer.concat([large, Buffer.alloc(i)]));
      return folder;
    },
  },
  file('a map of 20 million pixels, which its bytes do not explain', 'map', '.png', () =>
    flatPng(5000, 4000, 'gray-16'),
  ),
  file('a map of 500 million pixels', 'map', '.png', () => flatPng(16_000, 32_000, 'gray-16')),
  file('a BMP of 170 million pixels in 60 bytes', 'bmp', '.bmp', () => emptyBmp(13_000, 13_000)),
  file('a GIF of 170 million pixels in 30 bytes', 'gif', '.gif', () => emptyGif(13_000, 13_000)),
];

/** A file of a study's store beside an innocent other one. */
function store(name: string, files: Readonly<Record<string, string>>): HostileFile {
  return {
    name,
    reader: 'store',
    write(folder) {
      for (const [part, text] of Object.entries(files)) writeFileSync(join(folder, part), text);
      return join(folder, 'rows.csv');
    },
  };
}

const ROWS = 'metric,arm,distortion,level,sample_size,repeat,value,reason\r\n';

const STORES: readonly HostileFile[] = [
  store('rows.csv with a quote inside a field', { 'rows.csv': `${ROWS}fid,a"b,none,0,10,0,1,\r\n` }),
  store('rows.csv with a field too many', { 'rows.csv': `${ROWS}fid,a,none,0,10,0,1,,,\r\nfid\r\n` }),
  store('facts.csv that is no JSON', { 'rows.csv': ROWS, 'facts.csv': 'facts\r\n{"protocol":\r\n' }),
  store('facts.csv of other JSON', { 'rows.csv': ROWS, 'facts.csv': 'facts\r\n[]\r\n' }),
  store('facts.csv nested without end', {
    'rows.csv': ROWS,
    'facts.csv': `facts\r\n${nested(100_000).replaceAll('"', '""')}\r\n`,
  }),
];

function cached(name: string, note: string): HostileFile {
  return {
    name,
    reader: 'cache',
    outcome: 'read', // a damaged cache costs time, and nothing else
    write(folder) {
      const images = join(folder, 'images');
      mkdirSync(images);
      const image = flatPng(4, 4);
      writeFileSync(join(images, 'a.png'), image);
      const key = createHash('sha256').update(image).digest('hex');
      const digest = createHash('sha256')
        .update(JSON.stringify(['0'.repeat(64), 'p']))
        .digest('hex');
      const own = join(folder, 'embeddings', digest.slice(0, 32));
      mkdirSync(own, { recursive: true });
      const block = blockBytes([{ key, embedding: Float32Array.of(1), logits: null, note }]);
      writeFileSync(join(own, 'a.segment'), block);
      return folder;
    },
  };
}

const CACHES: readonly HostileFile[] = [
  cached('a note of the cache that is no JSON', '{"format":'),
  cached('a note of the cache that is other JSON', '[null]'),
];

const FOLDERS: readonly HostileFile[] = [
  {
    name: '18 folders with two links each',
    reader: 'image-set',
    outcome: 'read',
    write(folder) {
      const inner = (level: number) => join(folder, `level-${level}`);
      mkdirSync(inner(18));
      writeFileSync(join(inner(18), 'a.png'), '');
      for (let level = 17; level >= 0; level--) {
        mkdirSync(inner(level));
        for (const name of ['b', 'c']) symlinkSync(inner(level + 1), join(inner(level), name));
      }
      return inner(0);
    },
  },
];

const DOWNLOADS: readonly HostileFile[] = [
  {
    name: 'a server that sends another range than it was asked for',
    reader: 'download',
    write(folder) {
      writeFileSync(join(folder, 'net.pth.part'), new Uint8Array(100));
      return folder;
    },
  },
];

/** A file of this name alone in its folder. */
function named(
  reader: ReaderName,
  name: string,
  what: string,
  bytes: () => Uint8Array | string,
): HostileFile {
  return {
    name: what,
    reader,
    write(folder) {
      const path = join(folder, name);
      writeFileSync(path, bytes());
      return path;
    },
  };
}

const report = (results: string): string => `{"schema":"steadfid/score/1","results":[${results}]}`;
const many = (count: number, text: string): string => Array.from({ length: count }, () => text).join(',');

const JSON_TEXTS: readonly HostileFile[] = [
  named('report', 'score.json', 'a report of three million empty results', () =>
    report(many(3_000_000, '{}')),
  ),
  named('report', 'score.json', 'a report of 300,000 results of which every field is wrong', () =>
    report(many(300_000, '{"value":"a","units":1,"interval":7}')),
  ),
  named('study-report', 'study.json', 'a study of 300,000 curves of which every field is wrong', () =>
    report('')
      .replace('score', 'study')
      .replace('"results":[]', `"curves":[${many(300_000, '{"points":[{}],"a":1}')}]`),
  ),
  named(
    'dataset-labels',
    'dataset.json',
    'labels of four million images in lists',
    () => `{"labels":[${many(4_000_000, '["",0]')}]}`,
  ),
  file('a design of 100,000 sets', 'design', '.json', () => {
    const arms = Array.from({ length: 100_000 }, (_, i) => `{"name":"${i}","source":"a"}`);
    return `{"reference":"a","arms":[${arms.join(',')}]}`;
  }),
  file(
    'a design of endless repeats',
    'design',
    '.json',
    () => '{"reference":"a","arms":[{"name":"b","source":"b"}],"repeats":9007199254740991}',
  ),
  file('a denoiser of endless steps', 'denoiser-sidecar', '.json', () => denoiser({ steps: 1e15 })),
  file('a denoiser of endless images', 'denoiser-sidecar', '.json', () => denoiser({ imageSize: 1_000_000 })),
  file('a schedule of endless steps', 'config', '.json', () => '{"num_train_timesteps":9007199254740991}'),
];

function denoiser({
  steps = 10,
  imageSize = 2,
}: {
  readonly steps?: number;
  readonly imageSize?: number;
}): string {
  const schedule = { ...SMALL_DENOISER.schedule, steps };
  return JSON.stringify({ ...SMALL_DENOISER, imageSize, schedule });
}

const TABLES: readonly HostileFile[] = [
  file('labels of ten million images', 'labels', '.csv', () => `id,class\n${'a,b\n'.repeat(10_000_000)}`),
  file('a table of ten million scores', 'scores', '.csv', () => `id,sum\n${'a,1\n'.repeat(10_000_000)}`),
  {
    name: 'a list of 100,000 ids that are none of 100,000 images',
    reader: 'kept-ids',
    write(folder) {
      const names = (letter: string) => Array.from({ length: 100_000 }, (_, i) => `${letter}${i}`);
      const data = new Uint8Array(400_000);
      writeFileSync(
        join(folder, 'set.npz'),
        rawZip([
          deflatedEntry('embeddings.npy', npy('<f4', '100000, 1', { data })),
          deflatedEntry('ids.json', Buffer.from(JSON.stringify(names('a')))),
        ]),
      );
      writeFileSync(join(folder, 'ids.txt'), names('b').join('\n'));
      return join(folder, 'ids.txt');
    },
  },
  {
    name: 'rows.csv that is an endless device',
    reader: 'store',
    write(folder) {
      symlinkSync('/dev/zero', join(folder, 'rows.csv'));
      return join(folder, 'rows.csv');
    },
  },
  file('a table of scores with 700,000 columns', 'scores', '.csv', () => {
    const columns = Array.from({ length: 700_000 }, (_, i) => `c${i}`);
    return `id,${columns.join(',')}\na,${columns.map(() => '1').join(',')}\n`;
  }),
  {
    name: 'a table of scores of five gigabytes that take no space',
    reader: 'scores',
    write(folder) {
      const path = join(folder, 'a.csv');
      writeFileSync(path, '');
      truncateSync(path, 5 * 2 ** 30);
      return path;
    },
  },
];

export const HOSTILE_FILES: readonly HostileFile[] = [
  ...JSON_TEXTS,
  ...TABLES,
  ...ARRAYS,
  ...CHECKPOINTS,
  ...SOURCES,
  ...NETWORKS,
  ...IMAGES,
  ...STORES,
  ...CACHES,
  ...FOLDERS,
  ...DOWNLOADS,
];

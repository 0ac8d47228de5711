import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { projectFile } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SOURCES =
  "must be a folder of images, a .zip, a .tar (WebDataset shards too), a .parquet, an array of images (.npy, .npz), MNIST's idx file, a list of files (.txt, .csv), a glob of those, embeddings (.npy, .npz, .pt, .pth, .safetensors) or statistics (mu, sigma: .npz, .pkl, .pt)";

const batches = JSON.parse(projectFile('test/reference/adm-batches.json')) as Record<string, string>;

function folderOf(files: readonly string[]): string {
  const folder = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
  return folder;
}

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

function zipOf(files: readonly string[]): string {
  return fileOf('a.zip', zipSync(Object.fromEntries(files.map((file) => [file, Buffer.from(file)]))));
}

async function opened(path: string): Promise<ImageSet> {
  const set = await openImageSet(path);
  onTestFinished(() => set.close());
  return set;
}

async function ids(path: string): Promise<string[]> {
  return (await opened(path)).entries.map(({ id }) => id);
}

async function bytesOf(set: ImageSet, i: number): Promise<Uint8Array> {
  const stored = await set.entries[i]!.load();
  return stored.kind === 'encoded' ? stored.bytes : stored.image.data;
}

const FILES = [
  'b.png',
  'a/z.JPG',
  'a.Jpeg',
  'a-b/c.tif',
  'é.webp',
  '\u{1f600}.gif',
  '\ufb01.bmp',
  'a/a/x.ppm',
  'B.avif',
];
const IN_ORDER = [
  'B.avif',
  'a-b/c.tif',
  'a.Jpeg',
  'a/a/x.ppm',
  'a/z.JPG',
  'b.png',
  'é.webp',
  '\ufb01.bmp',
  '\u{1f600}.gif',
];
const NO_IMAGES = [
  'notes.txt',
  '.hidden.png',
  '.git/x.png',
  '__MACOSX/y.png',
  'png',
  'a/Thumbs.db',
  'x.png.txt',
  'deep/.png',
];

describe('openImageSet of a folder', () => {
  test('openImageSet lists images of every folder in code-point order of their paths, whatever the case of their endings', async () => {
    expect(await ids(folderOf([...FILES, ...NO_IMAGES]))).toEqual(IN_ORDER);
  });

  test('an entry loads the bytes of its file', async () => {
    const set = await opened(folderOf(['a/x.png', 'b.png']));
    expect(Buffer.from(await bytesOf(set, 0)).toString()).toBe('a/x.png');
  });

  test('openImageSet follows links, but not in circles, and lists no folder twice', async () => {
    const folder = folderOf(['a/x.png']);
    symlinkSync(folder, join(folder, 'a', 'around'));
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync(join(folder, 'a'), join(folder, 'b'));
    symlinkSync(join(folder, 'a', 'x.png'), join(folder, 'y.png'));
    const outside = folderOf(['z.png']);
    symlinkSync(outside, join(folder, 'c'));
    symlinkSync(outside, join(folder, 'd'));
    expect(await ids(folder)).toEqual(['a/x.png', 'c/z.png', 'y.png']);
  });

  test('pictures that a report drew are passed over and counted, other images beside it are taken', async () => {
    const report = ['report.html', 'figures/index.json', 'figures/a.png', 'print/a.png', 'mine/b.png'];
    const folder = folderOf([
      ...report,
      ...report.map((file) => `in/${file}`),
      'figures-of-mine/figures/c.png',
    ]);
    for (const path of [folder, `${folder}/**/*.{png,html}`]) {
      const set = await opened(path);
      expect(set.entries.map(({ id }) => id)).toEqual([
        'figures-of-mine/figures/c.png',
        'in/mine/b.png',
        'mine/b.png',
      ]);
      expect(set.passedOver).toMatch(/^\d other files \(4 \.png, /);
    }
  });

  test('a link to nowhere is an image that cannot be loaded, by its name', async () => {
    const folder = folderOf(['a.png']);
    symlinkSync('nowhere', join(folder, 'b.png'));
    const set = await opened(folder);
    await expect(set.entries[1]!.load()).rejects.toMatchObject({
      code: 'UNREADABLE_IMAGE',
      details: { where: join(folder, 'b.png') },
    });
  });

  test('openImageSet of an empty folder says what it looked for', async () => {
    const folder = temporaryFolder();
    await expect(openImageSet(folder)).rejects.toThrow(
      `${folder}: must hold at least one image (.png, .jpg, .jpeg, .webp, .bmp, .tif, .tiff, .gif, .ppm, .pgm, .avif, ` +
        'in any case); got nothing. Pass the folder that holds the images.',
    );
    await expect(openImageSet(folder)).rejects.toMatchObject({ code: 'EMPTY_FOLDER' });
  });

  test('openImageSet of a folder without images says what it found', async () => {
    await expect(openImageSet(folderOf(['a.txt', 'b/c.txt', 'LICENSE']))).rejects.toThrow(
      /got 3 other files \(2 \.txt, 1 without an ending\)/,
    );
  });

  test('openImageSet of one image is a set of one', async () => {
    expect(await ids(folderOf(['only.png']))).toEqual(['only.png']);
  });

  test.each([
    'no/such/folder',
    'package.json/x',
  ])('openImageSet of %s, which does not exist, says so', async (path) => {
    await expect(openImageSet(path)).rejects.toThrow(
      `${path}: there is no such folder or file. Check the path.`,
    );
  });

  test('openImageSet of another file says what it may be', async () => {
    const path = fileOf('a.doc', Buffer.from('id,score'));
    await expect(openImageSet(path)).rejects.toThrow(`${path}: ${SOURCES}; got another file.`);
  });

  test.each([
    ['a.tar.gz', 'Unpack it first: the images of a compressed tar cannot be read in any order.'],
    ['a.tgz', 'Unpack it first: the images of a compressed tar cannot be read in any order.'],
    ['a.mp4', 'Write its frames as images first: ffmpeg -i clip.mp4 frames/%06d.png.'],
    ['a.tfrecord', 'Write its images to a .tar or a folder first.'],
  ])('openImageSet of %s, which is converted first, says how', async (name, help) => {
    const path = fileOf(name, Buffer.from([0x1f, 0x8b, 8, 0]));
    await expect(openImageSet(path)).rejects.toThrow(`${path}: ${SOURCES}; got another file. ${help}`);
  });
});

describe('openImageSet of a zip', () => {
  test('openImageSet lists the images of a zip as it lists those of a folder', async () => {
    expect(await ids(zipOf([...FILES, ...NO_IMAGES]))).toEqual(IN_ORDER);
  });

  test('an entry loads its bytes out of the zip', async () => {
    const set = await opened(zipOf(['b.png', 'a/x.png']));
    expect(Buffer.from(await bytesOf(set, 0)).toString()).toBe('a/x.png');
    expect(set.kind).toBe('zip');
  });

  test('openImageSet refuses a zip that holds a name twice', async () => {
    const bytes = Buffer.from(zipSync({ 'a/x.png': Buffer.from('1'), 'a/y.png': Buffer.from('2') }));
    const doubled = Buffer.from(bytes.toString('latin1').replaceAll('a/y.png', 'a/x.png'), 'latin1');
    const path = fileOf('twice.zip', doubled);
    await expect(openImageSet(path)).rejects.toThrow(
      `${path}: every image must have a name of its own; got 1 name more than once: a/x.png. Rename or remove the second of each.`,
    );
    await expect(openImageSet(path)).rejects.toMatchObject({ code: 'DUPLICATE_IDS' });
  });

  test('openImageSet refuses a zip without images and a text called .zip', async () => {
    await expect(openImageSet(zipOf(['a.txt']))).rejects.toMatchObject({ code: 'EMPTY_FOLDER' });
    await expect(openImageSet(fileOf('b.zip', Buffer.from('hello')))).rejects.toThrow(
      /not a readable zip archive/,
    );
  });
});

describe('openImageSet of an ADM batch', () => {
  const images = Buffer.from(batches.bytes!, 'base64');
  const image = (i: number) => [...images.subarray(i * 60, (i + 1) * 60)];
  const npz = (name: string) => fileOf('a.npz', Buffer.from(batches[name]!, 'base64'));

  test.each([
    'stored',
    'compressed',
    'labelled',
  ])('a %s batch gives its images in order, named by their index', async (name) => {
    const set = await opened(npz(name));
    expect(set.kind).toBe('array');
    expect(set.entries.map(({ id }) => id)).toEqual([
      '00',
      '01',
      '02',
      '03',
      '04',
      '05',
      '06',
      '07',
      '08',
      '09',
      '10',
      '11',
    ]);
    for (let i = 0; i < 12; i++) expect([...(await bytesOf(set, i))]).toEqual(image(i));
    expect(await set.entries[3]!.load()).toMatchObject({ kind: 'pixels', image: { width: 5, height: 4 } });
  });

  test.each([
    'stored',
    'compressed',
  ])('images of a %s batch may be loaded at once and in any order', async (name) => {
    const set = await opened(npz(name));
    const order = [7, 0, 11, 3, 3, 4, 10];
    const loaded = await Promise.all(order.map((i) => bytesOf(set, i)));
    expect(loaded.map((bytes) => [...bytes])).toEqual(order.map(image));
  });

  test.each([
    [
      'fortran',
      'array arr_0: must be N × H × W × 3 or N × 3 × H × W of uint8 or floats, rows first; got 12 × 4 × 5 × 3 of |u1, columns first.',
    ],
    [
      'float',
      'array arr_0: images of floats need to be told their range; got 12 × 4 × 5 × 3 of <f4. Pass --image-range 0..1 or -1..1, for one set of several as generated=0..1, or save uint8.',
    ],
    ['empty', 'array arr_0: must hold at least one image; got 0.'],
    ['flat', 'array arr_0: images must be at least 1 × 1 pixels; got 0 × 5.'],
    ['objects', 'array arr_0: must hold numbers; it holds Python objects, which are never unpickled.'],
    ['embeddings', `${SOURCES}; got an .npz of embeddings, ids. Name the array of images with --key.`],
  ])('openImageSet refuses a batch of %s', async (name, message) => {
    await expect(openImageSet(npz(name))).rejects.toThrow(message);
  });

  test('a compressed batch whose last bytes are damaged fails at its last image', async () => {
    const bytes = Buffer.from(batches.compressed!, 'base64');
    const directory = bytes.indexOf('PK\u0001\u0002');
    bytes[directory + 16]! ^= 1; // the CRC-32 that the archive keeps of the array
    const set = await opened(fileOf('a.npz', bytes));
    expect([...(await bytesOf(set, 10))]).toEqual(image(10));
    await expect(set.entries[11]!.load()).rejects.toThrow(/arr_0\.npy: is damaged/);
  });
});

import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import { storedLabels } from '../../encoders/image-labels.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourceOptions } from '../../encoders/images/source-options.js';
import { npy } from '../hostile/hostile-arrays.js';
import { page, plain, rawParquet } from '../hostile/hostile-parquet.js';
import { projectFile } from '../support/project.js';
import { type TarFile, tarOf } from '../support/tar-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rejected } from '../support/thrown.js';

interface Fixture {
  readonly tar: {
    readonly files: Readonly<Record<string, string>>;
    readonly archives: Readonly<Record<string, string>>;
  };
  readonly parquet: { readonly images: readonly string[]; readonly files: Readonly<Record<string, string>> };
}

const fixture = JSON.parse(projectFile('test/reference/image-sources.json')) as Fixture;
const bytes = (base64: string) => Buffer.from(base64, 'base64');

function fileOf(name: string, content: Uint8Array | string, folder = temporaryFolder()): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function opened(path: string, options?: SourceOptions): Promise<ImageSet> {
  const set = await openImageSet(path, options);
  onTestFinished(() => set.close());
  return set;
}

const idsOf = (set: ImageSet) => set.entries.map(({ id }) => id);

async function bytesOf(set: ImageSet, i: number): Promise<Uint8Array> {
  const { load } = set.entries[i]!; // as callers take it: apart from its entry
  const stored = await load();
  return stored.kind === 'encoded' ? stored.bytes : stored.image.data;
}

async function textsOf(set: ImageSet): Promise<string[]> {
  return Promise.all(set.entries.map(async (_, i) => Buffer.from(await bytesOf(set, i)).toString()));
}

async function labelsOf(set: ImageSet) {
  return storedLabels(set, idsOf(set));
}

const files = (names: readonly string[]): readonly TarFile[] =>
  names.map((name) => ({ name, data: Buffer.from(name) }));

describe('openImageSet of a tar', () => {
  test.each(Object.keys(fixture.tar.archives))('reads the members that %s wrote', async (name) => {
    const archive = gunzipSync(bytes(fixture.tar.archives[name]!));
    const set = await opened(fileOf('a.tar', archive));
    const wanted = new Map(
      Object.entries(fixture.tar.files)
        .filter(([path]) => /\.(png|jpg)$/.test(path))
        .map(([path, data]) => [path.replace(/\.[^.]*$/, ''), bytes(data).toString()]),
    );
    if (name.startsWith('GNU')) wanted.set('c', 'b'); // a hard link to b.png
    if (name === 'tarfile ustar') wanted.delete([...wanted.keys()].find((id) => id.startsWith('ggg'))!);
    const ids = idsOf(set);
    const texts = await textsOf(set);
    expect(new Map(ids.map((id, i) => [id, texts[i]]))).toEqual(wanted);
    expect(ids).toEqual([...ids].sort());
    expect(set.passedOver).toBe(name.startsWith('GNU') ? '1 other file (1 .png)' : null); // a symbolic link
  });

  test('ids are paths without ending; .cls files beside images are their classes, other companions are left alone', async () => {
    const members = [
      { name: 'b/2.jpg', data: 'two' },
      { name: 'b/2.cls', data: 'cat\n' },
      { name: 'b/2.txt', data: 'a caption' },
      { name: './a/1.png', data: 'one' },
      { name: 'a/1.cls', data: '0' },
      { name: 'notes.md', data: '' },
    ].map(({ name, data }) => ({ name, data: Buffer.from(data) }));
    const set = await opened(fileOf('a.tar', tarOf(members)));
    expect(idsOf(set)).toEqual(['a/1', 'b/2']);
    expect(await labelsOf(set)).toEqual({ from: '.cls files', labels: ['0', 'cat'] });
    expect(set.passedOver).toBe('1 other file (1 .md)');
  });

  test('a folder in a tar or zip is a source of its own', async () => {
    const names = ['a/x.png', 'a/b/y.png', 'ab/z.png'];
    expect(idsOf(await opened(`${fileOf('s.tar', tarOf(files(names)))}/a/`))).toEqual(['b/y', 'x']);
    const zip = fileOf('s.zip', zipSync(Object.fromEntries(names.map((name) => [name, Buffer.from(name)]))));
    const set = await opened(`${zip}/a`);
    expect(idsOf(set)).toEqual(['b/y.png', 'x.png']);
    expect(await textsOf(set)).toEqual(['a/b/y.png', 'a/x.png']);
    await expect(openImageSet(`${zip}/none`)).rejects.toMatchObject({ code: 'EMPTY_FOLDER' });
  });

  test('shards of a brace range are one set; ids that shards share carry their names', async () => {
    const folder = temporaryFolder();
    for (const i of [0, 1, 2]) fileOf(`s-00${i}.tar`, tarOf(files([`${i}.png`])), folder);
    expect(idsOf(await opened(join(folder, 's-{000..002}.tar')))).toEqual(['0', '1', '2']);
    expect(idsOf(await opened(join(folder, 's-*.tar')))).toEqual(['0', '1', '2']);
    fileOf('s-003.tar', tarOf(files(['0.png'])), folder);
    expect(idsOf(await opened(join(folder, 's-{000..003}.tar')))).toEqual([
      's-000/0',
      's-001/1',
      's-002/2',
      's-003/0',
    ]);
  });

  test('a shard that is missing of a range is named', async () => {
    const folder = temporaryFolder();
    fileOf('s-0.tar', tarOf(files(['0.png'])), folder);
    expect(await rejected(openImageSet(join(folder, 's-{0..2}.tar')))).toBe(
      `MISSING_IDS ${folder}/s-{0..2}.tar: every file that the braces name must be there; got 2 of 3 that are not: ${folder}/s-1.tar, ${folder}/s-2.tar. Check the range, or name the files that there are.`,
    );
  });

  test('samples with several images need the field to be named', async () => {
    const path = fileOf('a.tar', tarOf(files(['7.jpg', '7.seg.png', '8.jpg', '8.seg.png'])));
    expect(await rejected(openImageSet(path))).toBe(
      `DUPLICATE_IDS ${path}: must hold one image for each sample; got 7.seg.png beside another image of 7. Name the field that is taken with --key, as in --key seg.png.`,
    );
    const set = await opened(path, { key: 'seg.png' });
    expect(idsOf(set)).toEqual(['7', '8']);
    expect(await textsOf(set)).toEqual(['7.seg.png', '8.seg.png']);
  });

  test('a tar cut off anywhere is refused', async () => {
    const whole = tarOf(files(['a.png', 'b.png']));
    const path = fileOf('a.tar', whole);
    expect(idsOf(await opened(path))).toEqual(['a', 'b']);
    for (const size of [2048, 1800, 1537, 1024, 700, 512, 100]) {
      truncateSync(path, size);
      expect(await rejected(openImageSet(path))).toMatch(
        /: is cut off: .* \(at byte [\d,]+\)\. Make or download the archive again\.$/,
      );
    }
  });

  test('names that lead out of the archive, other files called .tar and damaged heads are refused', async () => {
    for (const name of ['../a.png', '/a.png', 'b/../../a.png', 'C:/a.png', '..\\a.png'])
      await expect(openImageSet(fileOf('a.tar', tarOf(files([name]))))).rejects.toThrow(
        'has a name that is absolute or goes through ..',
      );
    await expect(openImageSet(fileOf('a.tar', Buffer.alloc(2048, 'text')))).rejects.toThrow(
      'not a tar archive (at byte 0)',
    );
    const damaged = tarOf(files(['a.png', 'b.png']));
    damaged[1024 + 3]! ^= 1;
    await expect(openImageSet(fileOf('a.tar', damaged))).rejects.toThrow('is damaged (at byte 1,024)');
  });
});

describe('openImageSet of parquet files', () => {
  const images = fixture.parquet.images.map((one) => bytes(one).toString());
  const parquet = (name: string) => fileOf('a.parquet', bytes(fixture.parquet.files[name]!));

  test.each([
    'default',
    'none',
    'snappy',
    'gzip',
    'zstd',
    'brotli',
    'version 2',
    'version 2, plain',
    'binary',
  ])('reads the images of a file that pyarrow wrote: %s', async (name) => {
    const set = await opened(parquet(name));
    expect(idsOf(set)).toEqual(images.map((_, i) => String(i).padStart(2, '0')));
    expect(await textsOf(set)).toEqual(images);
    expect(Buffer.from(await bytesOf(set, 3)).toString()).toBe(images[3]); // back to an earlier page
    if (name !== 'binary')
      expect(await labelsOf(set)).toEqual({
        from: 'column label',
        labels: images.map((_, i) => String(i % 2)),
      });
  });

  test('runs of one dictionary entry are read', async () => {
    const texts = await textsOf(await opened(parquet('repeated')));
    expect(texts).toEqual([...Array<string>(300).fill('same'), 'other']);
  });

  test('levels packed to bits and levels in runs follow each other', async () => {
    const there = [0, 2, 3, 4, 5, 6, 7, 8, 9]; // row 1 has no image
    const levels = Buffer.from([4, 0, 0, 0, 0x03, 0b11111101, 0x04, 1]); // eight bits, then a run of two
    const values = plain(there.map((row) => Buffer.from(`${row}`)));
    const pages = page(Buffer.concat([levels, values]), { rows: 10 });
    const set = await opened(fileOf('a.parquet', rawParquet({ pages, rows: 10, repetition: 1 })));
    for (const row of there) expect(Buffer.from(await bytesOf(set, row)).toString()).toBe(`${row}`);
    await expect(set.entries[1]!.load()).rejects.toThrow('the row holds no image');
  });

  test('rows are counted through all files of a pattern', async () => {
    const folder = dirname(fileOf('1.parquet', bytes(fixture.parquet.files['default']!)));
    fileOf('2.parquet', bytes(fixture.parquet.files['zstd']!), folder);
    const set = await opened(join(folder, '*.parquet'));
    expect(set.entries).toHaveLength(22);
    expect(Buffer.from(await bytesOf(set, 13)).toString()).toBe(images[2]);
  });

  test('a row without an image is an image that cannot be read', async () => {
    const path = parquet('holes');
    const set = await opened(path);
    expect(Buffer.from(await bytesOf(set, 0)).toString()).toBe('a');
    for (const row of [1, 2])
      await expect(set.entries[row]!.load()).rejects.toThrow(
        `${path}, row ${row}: the row holds no image. Embed the images in the file; a path alone is not followed.`,
      );
  });

  test('a file without images says which columns there are', async () => {
    const path = parquet('texts alone');
    await expect(openImageSet(path)).rejects.toThrow(
      `${path}: must have one column of images (binary, or a struct with bytes); got name (text), label (INT64). Pass a file that holds the images themselves.`,
    );
    await expect(openImageSet(parquet('default'), { key: 'label' })).rejects.toThrow(
      'must have a column label of images',
    );
  });

  test('what is not read of the format is named', async () => {
    await expect((await opened(parquet('lz4'))).entries[0]!.load()).rejects.toThrow(
      'is compressed by LZ4_RAW, which is not read. Write it with Snappy, zstd, gzip or none.',
    );
    await expect((await opened(parquet('delta'))).entries[0]!.load()).rejects.toThrow(
      'has a page of encoding 6, which is not read. Write the column plain or by dictionary.',
    );
    await expect(openImageSet(fileOf('a.parquet', Buffer.alloc(100)))).rejects.toThrow('not a parquet file');
  });

  test('a file cut off is refused', async () => {
    const path = parquet('default');
    truncateSync(path, readFileSync(path).length - 1);
    await expect(openImageSet(path)).rejects.toThrow('one that is cut off (it must end in PAR1)');
  });
});

describe('openImageSet of an array', () => {
  const values = Uint8Array.from({ length: 2 * 2 * 4 * 3 }, (_, i) => 5 * i);
  /** The same images with their channels first. */
  const first = Uint8Array.from({ length: 48 }, (_, i) => {
    const [image, channel, pixel] = [Math.floor(i / 24), Math.floor((i % 24) / 8), i % 8];
    return values[image * 24 + pixel * 3 + channel]!;
  });

  test('channels last and first are the same images', async () => {
    for (const [shape, data] of [
      ['2, 2, 4, 3', values],
      ['2, 3, 2, 4', first],
    ] as const) {
      const set = await opened(fileOf('a.npy', npy('|u1', shape, { data })));
      expect(await set.entries[1]!.load()).toEqual({
        kind: 'pixels',
        image: { width: 4, height: 2, data: values.slice(24) },
      });
    }
  });

  test('gray images repeat their channel', async () => {
    const set = await opened(fileOf('a.npy', npy('|u1', '1, 1, 2', { data: Uint8Array.of(7, 9) })));
    expect([...(await bytesOf(set, 0))]).toEqual([7, 7, 7, 9, 9, 9]);
  });

  test('floats become 8 bits by the range that is told, a half upward', async () => {
    const data = (...floats: number[]) => new Uint8Array(Float32Array.from(floats).buffer);
    const one = fileOf('a.npy', npy('<f4', '1, 1, 1, 3', { data: data(0, 0.5, 1) }));
    expect([...(await bytesOf(await opened(one, { imageRange: '0..1' }), 0))]).toEqual([0, 128, 255]);
    const two = fileOf('a.npy', npy('<f4', '1, 1, 1, 3', { data: data(-1, 0, 1) }));
    expect([...(await bytesOf(await opened(two, { imageRange: '-1..1' }), 0))]).toEqual([0, 128, 255]);
    const outside = await opened(two, { imageRange: '0..1' });
    await expect(outside.entries[0]!.load()).rejects.toThrow(
      `${two}, image 0: values must lie in 0..1; got -1 (value 0 of the image, counted from 0). Give the range that the values have, or clip them first.`,
    );
  });

  test('the array of an .npz is arr_0, images, the only one, or the one that is named', async () => {
    const array = Buffer.from(npy('|u1', '2, 2, 4, 3', { data: values }));
    const labels = Buffer.from(npy('|u1', '2,', { data: Uint8Array.of(3, 4) }));
    const npz = (entries: Record<string, Buffer>) => fileOf('a.npz', zipSync(entries));
    expect((await opened(npz({ 'x.npy': array }))).entries).toHaveLength(2);
    const set = await opened(npz({ 'images.npy': array, 'labels.npy': labels }));
    expect(await labelsOf(set)).toEqual({ from: 'labels', labels: ['3', '4'] });
    const two = npz({ 'x.npy': array, 'y.npy': array });
    expect((await opened(two, { key: 'y' })).entries).toHaveLength(2);
    await expect(openImageSet(two)).rejects.toThrow(
      'got an .npz of x, y. Name the array of images with --key.',
    );
    await expect(openImageSet(two, { key: 'z' })).rejects.toThrow(
      'must hold the array z; got an .npz of x, y.',
    );
  });
});

describe("openImageSet of MNIST's idx file", () => {
  const idx = (shape: readonly number[], data: Uint8Array) => {
    const head = Buffer.alloc(4 + 4 * shape.length);
    head.set([0, 0, 8, shape.length]);
    shape.forEach((side, i) => {
      head.writeUInt32BE(side, 4 + 4 * i);
    });
    return Buffer.concat([head, data]);
  };
  const three = idx([3, 1, 2], Uint8Array.of(1, 2, 3, 4, 5, 6));

  test.each(['gzipped', 'plain'])('%s images are read with the labels beside them', async (form) => {
    const folder = temporaryFolder();
    const [ending, packed] = form === 'plain' ? ['', (b: Buffer) => b] : ['.gz', (b: Buffer) => gzipSync(b)];
    const path = fileOf(`t10k-images-idx3-ubyte${ending}`, packed(three), folder);
    fileOf(`t10k-labels-idx1-ubyte${ending}`, packed(idx([3], Uint8Array.of(7, 0, 9))), folder);
    const set = await opened(path);
    expect(idsOf(set)).toEqual(['0', '1', '2']);
    expect([...(await bytesOf(set, 1))]).toEqual([3, 3, 3, 4, 4, 4]);
    expect([...(await bytesOf(set, 0))]).toEqual([1, 1, 1, 2, 2, 2]);
    expect([...(await bytesOf(set, 2))]).toEqual([5, 5, 5, 6, 6, 6]);
    expect(await labelsOf(set)).toEqual({ from: `t10k-labels-idx1-ubyte${ending}`, labels: ['7', '0', '9'] });
  });

  test('a file cut off, of other numbers, or that is none is refused', async () => {
    const plain = fileOf('a.idx', three.subarray(0, -1));
    await expect(openImageSet(plain)).rejects.toThrow(
      `${plain}: must be 22 bytes for its shape 3 × 1 × 2; got 21. Download or save the file again.`,
    );
    const short = await opened(fileOf('a.gz', gzipSync(three.subarray(0, -1))));
    await expect(short.entries[2]!.load()).rejects.toThrow('must be 22 bytes once inflated; got 21.');
    const cut = await opened(fileOf('a.gz', gzipSync(three).subarray(0, -9)));
    await expect(cut.entries[2]!.load()).rejects.toThrow(/cannot be read \(unexpected end of file\)/);
    const floats = Buffer.from(three);
    floats[2] = 0x0d;
    await expect(openImageSet(fileOf('a.gz', gzipSync(floats)))).rejects.toThrow(
      'must hold unsigned bytes (type 8); got type 13.',
    );
    await expect(openImageSet(fileOf('a.gz', gzipSync('text')))).rejects.toThrow('not an idx file');
  });
});

describe('openImageSet of lists and globs', () => {
  function folderOf(names: readonly string[]): string {
    const folder = temporaryFolder();
    for (const name of names) fileOf(name, name, folder);
    return folder;
  }

  test('a list names images relative to its folder, in any order', async () => {
    const folder = folderOf(['a/x.png', 'b.jpg', 'c.png']);
    const set = await opened(fileOf('list.txt', 'b.jpg\r\n./a/x.png\n\n', folder));
    expect(idsOf(set)).toEqual(['a/x.png', 'b.jpg']);
    expect(await textsOf(set)).toEqual(['a/x.png', 'b.jpg']);
  });

  test('ids of paths outside the folder are below the folder that holds them all', async () => {
    const folder = folderOf(['a/x.png', 'b/y.png', 'lists/z.txt']);
    const set = await opened(fileOf('lists/list.txt', `../a/x.png\n${folder}/b/y.png`, folder));
    expect(idsOf(set)).toEqual(['a/x.png', 'b/y.png']);
    expect(await textsOf(set)).toEqual(['a/x.png', 'b/y.png']);
  });

  test('a table names images by a column, and their classes by another', async () => {
    const folder = folderOf(['x.png', 'y.png']);
    const table = fileOf(
      't.csv',
      'n,file,class,other\n1,y.png,cat,x.png\n2,x.png,"dog, small",x.png\n',
      folder,
    );
    const set = await opened(table);
    expect(idsOf(set)).toEqual(['x.png', 'y.png']);
    expect(await labelsOf(set)).toEqual({ from: 'class in t.csv', labels: ['dog, small', 'cat'] });
    await expect(openImageSet(table, { key: 'other' })).rejects.toMatchObject({ code: 'DUPLICATE_IDS' });
    await expect(openImageSet(table, { key: 'none' })).rejects.toThrow(
      `${table}: must have a column none; got n, file, class, other. Name the column of paths with --key.`,
    );
  });

  test('files that a list misses are named', async () => {
    const folder = folderOf(['x.png']);
    const list = fileOf('list.txt', ['x.png', ...'abcdef'].join('\n'), folder);
    await expect(openImageSet(list)).rejects.toThrow(
      `${list}: every path must be a file; got 6 of 7 that are none: a, b, c, d, e, …. Paths are relative to the folder of the list, ${folder}.`,
    );
    await expect(openImageSet(fileOf('none.txt', '\n\n'))).rejects.toThrow(
      'must name at least one image; got none.',
    );
  });

  test('a glob takes the images that match, named below the folder before its first wildcard', async () => {
    const folder = folderOf(['a/1.png', 'a/b/2.png', 'a/b/3.jpg', 'a/.hidden.png', 'c/4.png']);
    expect(idsOf(await opened(join(folder, 'a/**/*.png')))).toEqual(['1.png', 'b/2.png']);
    expect(idsOf(await opened(join(folder, '{a,c}/*.png')))).toEqual(['a/1.png', 'c/4.png']);
    expect(idsOf(await opened(join(folder, 'a/b/[23].*')))).toEqual(['2.png', '3.jpg']);
    await expect(openImageSet(join(folder, '*.gif'))).rejects.toThrow('no file matches.');
  });

  test('a folder whose name looks like a pattern is that folder', async () => {
    const folder = folderOf(['[1]/x.png', '1/y.png']);
    expect(idsOf(await opened(join(folder, '[1]')))).toEqual(['x.png']);
  });

  test('no id leads out of its folder', async () => {
    const folder = folderOf(['a/x.png', 'b/y.png']);
    symlinkSync(join(folder, 'b'), join(folder, 'a', 'link'));
    for (const source of [`${folder}/a/../{a/x,b/y}.png`, `${folder}/a/{../b/y,x}.png`])
      expect(idsOf(await opened(source))).toEqual(['a/x.png', 'b/y.png']);
  });
});

describe('options of a source', () => {
  test('are refused of one that they say nothing of', async () => {
    const zip = fileOf('a.zip', zipSync({ 'a.png': Buffer.from('a') }));
    expect(await rejected(openImageSet(zip, { key: 'x' }))).toBe(
      `CONFLICTING_OPTIONS --key: says nothing of ${zip}. Leave it out, or name the one set that it is for, as in --key generated=x.`,
    );
    const tar = fileOf('a.tar', tarOf(files(['a.png'])));
    expect(await rejected(openImageSet(tar, { imageRange: '0..1' }))).toContain(
      '--image-range: says nothing of',
    );
  });
});

describe('--limit', () => {
  const names = Array.from({ length: 50 }, (_, i) => `${String(i).padStart(2, '0')}.png`);
  const tar = () => fileOf('a.tar', tarOf(files(names)));

  test('draws images by the seed, in the order of the set, and says so', async () => {
    const path = tar();
    const limit = { size: 7, seed: 1 };
    const set = await opened(path, { limit });
    const ids = idsOf(set);
    expect(ids).toHaveLength(7);
    expect(ids).toEqual([...ids].sort());
    expect(idsOf(await opened(path, { limit }))).toEqual(ids);
    expect(idsOf(await opened(path, { limit: { size: 7, seed: 2 } }))).not.toEqual(ids);
    expect(set.warnings).toEqual([
      { code: 'LIMITED_SET', message: `${path}: 7 of 50 images, drawn at random with seed 1 (--limit)` },
    ]);
  });

  test('above the number of images is refused', async () => {
    const path = tar();
    await expect(openImageSet(path, { limit: { size: 51, seed: 1 } })).rejects.toThrow(
      `--limit: must be at most the 50 images of ${path}; got 51. Pass --limit 50 or fewer.`,
    );
  });
});

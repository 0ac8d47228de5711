import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { defined } from '../../defined.js';
import { crc32 } from '../../encoders/files/crc-32.js';
import { decodeImage, MAX_PIXELS } from '../../encoders/images/decode-image.js';
import { EvaluationError } from '../../errors.js';
import { fixtureFile, imageFixtures, largestDifference } from '../support/image-fixtures.js';

const files = imageFixtures.map(({ file }) => file);

function decoded(bytes: Uint8Array, maxPixels?: number) {
  return decodeImage(bytes, { name: 'a.png', ...defined({ maxPixels }) });
}

function chunk(kind: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A gray PNG of one bit a pixel, all 0: 30,000 × 30,000 of them fit 110 kB. */
function pngOfZeros(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const rows = Buffer.alloc((Math.ceil(width / 8) + 1) * height);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A fixture with bytes of its head replaced. */
function patched(file: string, at: number, bytes: readonly number[]): Buffer {
  const copy = Buffer.from(fixtureFile(file));
  copy.set(bytes, at);
  return copy;
}

/** Where a JPEG's baseline frame begins. */
function frameHeader(file: string): number {
  return Buffer.from(fixtureFile(file)).indexOf(Buffer.of(0xff, 0xc0));
}

describe('files that are no images', () => {
  test('an empty file is refused by name', async () => {
    await expect(decoded(new Uint8Array(0))).rejects.toThrow(
      'a.png: must hold an image; it is empty (0 bytes). Replace it or pass --skip-unreadable.',
    );
  });

  test('a text called .png is refused with how it begins', async () => {
    await expect(decoded(Buffer.from('hello, world, hello'))).rejects.toThrow(
      'a.png: must be an image (PNG, JPEG, WebP, BMP, TIFF, GIF, PPM/PGM, AVIF); got a file that begins with ' +
        '"hello, world". Replace it or pass --skip-unreadable.',
    );
    await expect(decoded(Uint8Array.of(0, 1, 2))).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' });
  });
});

describe('images that are cut off or damaged', () => {
  test('a truncated PNG is refused with the byte at which it stops', async () => {
    const bytes = fixtureFile('png-rgb.png').subarray(0, 400);
    await expect(decoded(bytes)).rejects.toThrow(
      /^a\.png: not a readable PNG \(stops at byte 400 of 922, inside chunk IDAT\)\. Replace it or pass --skip-unreadable\.$/,
    );
  });

  test('a PNG with a changed byte is refused with the chunk that it is in', async () => {
    const bytes = patched('png-rgb.png', 500, [1, 2, 3]);
    await expect(decoded(bytes)).rejects.toThrow('not a readable PNG (chunk IDAT at byte 33 is damaged)');
  });

  test.each([
    ['jpeg-420.jpg', 'not a readable JPEG (stops at byte 300, before its end)'],
    ['webp-lossless.webp', 'not a readable WebP (stops at byte 300 of '],
    ['bmp-rgb.bmp', 'not a readable BMP (stops at byte 300 of 1,278)'],
    ['ppm-binary.ppm', 'not a readable PPM/PGM (stops at byte 300 of 1,186)'],
    ['gif-palette.gif', 'not a readable GIF (stops at byte 300, inside its first frame)'],
    ['avif-444.avif', 'not a readable AVIF (heif: '],
    ['tiff-rgb.tif', 'not a readable TIFF (tiff2vips: Read error'],
  ])('%s cut after 300 bytes is refused with its format and what is missing', async (file, message) => {
    await expect(decoded(fixtureFile(file).subarray(0, 300))).rejects.toThrow(message);
  });

  test.each(imageFixtures)('$file cut anywhere is refused, or reads as the whole does', async ({ file }) => {
    const bytes = fixtureFile(file);
    const whole = await decoded(bytes);
    for (let part = 1; part < 12; part++) {
      const result = await decoded(bytes.subarray(0, Math.floor((bytes.length * part) / 12))).catch(
        (error: EvaluationError) => error,
      );
      if (result instanceof Error) expect(result).toMatchObject({ code: 'UNREADABLE_IMAGE' });
      else expect(largestDifference(result.data, whole.data)).toBe(0);
    }
  });

  test('random bits flipped anywhere in any format end in an image or a named error', async () => {
    let state = 2020;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let i = 0; i < 600; i++) {
      const bytes = Buffer.from(fixtureFile(files[random(files.length)]!));
      for (let flips = random(4); flips >= 0; flips--) bytes[random(bytes.length)]! ^= 1 << random(8);
      const result = await decoded(bytes, 1e6).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(EvaluationError);
      else expect(result).toHaveProperty('data');
    }
  });
});

describe('images of no or too many pixels', () => {
  test.each([
    ['PNG', pngOfZeros(0, 5), '0 × 5'],
    ['PNG', pngOfZeros(5, 0), '5 × 0'],
    ['BMP', patched('bmp-rgb.bmp', 18, [0, 0, 0, 0]), '0 × 17'],
    ['PPM/PGM', Buffer.from('P6 0 5 255\n'), '0 × 5'],
    ['PPM/PGM', Buffer.from('P2\n4\n0\n255\n'), '4 × 0'],
    ['GIF', patched('gif-no-palette.gif', 13 + 5, [0, 0]), '0 × 17'],
  ])('a %s of no pixels is refused with its size', async (format, bytes, size) => {
    await expect(decoded(bytes)).rejects.toThrow(
      `a.png: not a readable ${format} (it is ${size} pixels, and must be at least 1 × 1). Replace it`,
    );
  });

  test('a PNG of 30,000 × 30,000 pixels is refused from its header, with the limit that would let it pass', async () => {
    const bomb = pngOfZeros(30_000, 30_000);
    await expect(decoded(bomb)).rejects.toThrow(
      'a.png: must have at most 178,956,970 pixels; got 30,000 × 30,000 = 900,000,000. ' +
        'Pass --max-pixels 900000000 if it is meant to be that large.',
    );
    await expect(decoded(bomb)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  test('MAX_PIXELS is where Pillow refuses: twice a quarter of 2³⁰ bytes of RGB', () => {
    expect(MAX_PIXELS).toBe(2 * Math.floor(2 ** 30 / 4 / 3));
  });

  test.each([
    ['bmp', patched('bmp-rgb.bmp', 18, [0xff, 0xff, 0, 0])],
    ['gif', patched('gif-palette.gif', 6, [0xff, 0xff, 0xff, 0xff])],
    ['ppm', Buffer.from('P6 65535 65535 255\n')],
    ['text ppm', Buffer.from('P3 65535 65535 255\n1')],
    ['jpeg', patched('jpeg-420.jpg', frameHeader('jpeg-420.jpg') + 5, [0xff, 0, 0xff, 0])],
  ])('a %s of too many pixels is refused from its header', async (_format, bytes) => {
    await expect(decoded(bytes, 1e6)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  test.each([
    'png-rgb.png',
    'jpeg-gray.jpg',
    'webp-lossy.webp',
    'tiff-rgb.tif',
    'avif-444.avif',
    'bmp-rgb.bmp',
  ])('%s passes at exactly the limit and not below it', async (file) => {
    const bytes = fixtureFile(file);
    expect((await decoded(bytes, 23 * 17)).width).toBe(23);
    await expect(decoded(bytes, 23 * 17 - 1)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});

describe('kinds of images that are not read', () => {
  test('a TIFF of 32-bit samples is refused with its kind', async () => {
    await expect(decoded(float32Tiff())).rejects.toThrow(
      /not a readable TIFF \(.* with float samples is not a kind that is read\)/,
    );
  });

  test('a BMP that holds a JPEG is refused with its compression', async () => {
    const bytes = patched('bmp-rgb.bmp', 30, [4]);
    await expect(decoded(bytes)).rejects.toThrow('(24 bits with compression 4 is not a kind that is read)');
  });
});

/** One pixel of gray as a 32-bit float: the least that a TIFF reader takes for an image. */
function float32Tiff(): Buffer {
  const tags: readonly (readonly [tag: number, type: 3 | 4, value: number])[] = [
    [256, 4, 1],
    [257, 4, 1],
    [258, 3, 32],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 4, 1],
    [279, 4, 4],
    [339, 3, 3],
  ];
  const bytes = Buffer.alloc(12 + 2 + tags.length * 12 + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(12, 4);
  bytes.writeFloatLE(0.5, 8);
  bytes.writeUInt16LE(tags.length, 12);
  tags.forEach(([tag, type, value], i) => {
    const at = 14 + i * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  return bytes;
}

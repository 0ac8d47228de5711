import { describe, expect, test, vi } from 'vitest';
import { decodeImage } from '../../encoders/images/decode-image.js';
import { pngImage } from '../../encoders/images/formats/png-image.js';
import { sharpImage } from '../../encoders/images/formats/sharp-image.js';
import { inverseOrientation, type Orientation, orientedImage } from '../../encoders/images/oriented-image.js';
import { fixtureFile, imageFixtures, largestDifference } from '../support/image-fixtures.js';
import { patternImage } from '../support/pattern-image.js';
import { expectWithin } from '../support/tolerance.js';

function rgb({ rgb: base64 }: { readonly rgb: string }): Uint8Array {
  return Buffer.from(base64, 'base64');
}

describe('decodeImage', () => {
  test.each(imageFixtures)('decodeImage of $file ($mode) is what Pillow converts to RGB', async (fixture) => {
    const image = await decodeImage(fixtureFile(fixture.file), { name: fixture.file });
    expect([image.height, image.width]).toEqual([fixture.height, fixture.width]);
    expectWithin(largestDifference(image.data, rgb(fixture)), fixture.tolerance);
  });

  test('every lossless format has fixtures without tolerance, and JPEG none above 1 level', () => {
    const tolerances = (start: string): number =>
      Math.max(
        ...imageFixtures.filter(({ file }) => file.startsWith(start)).map(({ tolerance }) => tolerance),
      );
    for (const format of ['png', 'webp', 'bmp', 'gif', 'ppm', 'pgm', 'pbm'])
      expect(tolerances(format), format).toBe(0);
    expect(tolerances('jpeg')).toBe(1);
  });

  test.each(
    imageFixtures,
  )('decodeImage of $file says whether it is lossy and what was left out', async (fixture) => {
    const { lossy, warnings } = await decodeImage(fixtureFile(fixture.file), { name: fixture.file });
    expect(lossy).toBe(fixture.lossy);
    expect(warnings.map(({ code }) => code)).toEqual(fixture.warnings);
  });

  const turned = imageFixtures.filter(({ oriented }) => oriented !== undefined);
  test.each(
    turned,
  )('decodeImage of $file with its orientation applied is what Pillow transposes', async (fixture) => {
    const { file, oriented } = fixture;
    const image = await decodeImage(fixtureFile(file), { name: file, orientation: 'applied' });
    expect([image.height, image.width]).toEqual([oriented!.height, oriented!.width]);
    expectWithin(largestDifference(image.data, rgb(oriented!)), fixture.tolerance);
    expect(image.warnings).toEqual([]);
  });

  test('a damaged JPEG is refused and changes no image after it', async () => {
    const bytes = fixtureFile('jpeg-420.jpg');
    const before = await decodeImage(bytes, { name: 'before' });
    for (let i = 0; i < 10; i++)
      await expect(
        decodeImage(bytes.subarray(0, bytes.length - 2 - i), { name: `${i}` }),
      ).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' });
    expect(await decodeImage(bytes, { name: 'after' })).toEqual(before);
  });

  test('a small image is decoded without sharp, and as sharp decodes it', async () => {
    vi.resetModules(); // damaged files of other tests may have broken too many decoders
    const { jpegImage } = await import('../../encoders/images/formats/jpeg-image.js');
    for (const { file } of imageFixtures.filter(({ file }) =>
      /^(png-(rgb|gray|palette)|jpeg-(420|422|gray|progressive|restart|low-quality))\./.test(file),
    )) {
      const bytes = new Uint8Array(fixtureFile(file));
      const source = { name: file, bytes, maxPixels: 1e6, explainedPixels: 1e6, admit: async () => {} };
      const isPng = file.startsWith('png');
      const direct = await (isPng ? pngImage : jpegImage)(source);
      expect(direct, file).toEqual(await sharpImage(source, isPng ? 'png' : 'jpeg', 'ignored'));
    }
  });

  test('an orientation that stands behind the frame’s header is found', async () => {
    const bytes = Buffer.from(fixtureFile('jpeg-orientation-6.jpg'));
    const parts: Buffer[] = [];
    let [at, scan] = [2, 0];
    for (; scan === 0; at += 2 + bytes.readUInt16BE(at + 2))
      if (bytes[at + 1] === 0xda) scan = at;
      else parts.push(bytes.subarray(at, at + 2 + bytes.readUInt16BE(at + 2)));
    const [exif, others] = [0, 1].map((isOther) =>
      parts.filter((part) => Number(part[1] !== 0xe1) === isOther),
    );
    const moved = Buffer.concat([bytes.subarray(0, 2), ...others!, ...exif!, bytes.subarray(scan)]);
    expect(exif).toHaveLength(1);
    for (const orientation of ['applied', 'ignored'] as const)
      expect(await decodeImage(moved, { name: 'moved', orientation })).toEqual(
        await decodeImage(bytes, { name: 'as it was', orientation }),
      );
  });

  test('decodeImage goes by content, not by name', async () => {
    const { format } = await decodeImage(fixtureFile('bmp-rgb.bmp'), { name: 'photo.jpg' });
    expect(format).toBe('bmp');
  });

  test('decodeImage reads bytes in the middle of a buffer', async () => {
    for (const file of ['png-rgb.png', 'bmp-rgb.bmp', 'ppm-binary.ppm', 'gif-palette.gif']) {
      const bytes = fixtureFile(file);
      const inside = Buffer.concat([Buffer.alloc(13, 7), bytes, Buffer.alloc(5, 7)]).subarray(
        13,
        13 + bytes.length,
      );
      const [whole, part] = await Promise.all([
        decodeImage(bytes, { name: file }),
        decodeImage(inside, { name: file }),
      ]);
      expect(largestDifference(whole.data, part.data), file).toBe(0);
    }
  });
});

describe('orientedImage', () => {
  test.each([
    1, 2, 3, 4, 5, 6, 7, 8,
  ] as Orientation[])('orientation %i is undone by its inverse', (orientation) => {
    const image = patternImage(3, 5);
    expect(orientedImage(orientedImage(image, orientation), inverseOrientation(orientation))).toEqual(image);
  });
});

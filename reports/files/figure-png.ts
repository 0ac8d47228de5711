import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from '../../encoders/files/crc-32.js';
import { guardTemporaryFile, removeTemporaryFile } from '../../encoders/files/temporary-files.js';
import type { Figure } from '../figures/figure.js';
import { figureOrigin } from '../figures/figure-origin.js';
import { FIGURE_WIDTH } from '../figures/figure-size.js';
import { type Face, facesOf, SHIPPED_FAMILY, shippedFonts } from './shipped-fonts.js';

const DOTS_PER_INCH = 300;
/** Width of a figure over both columns: that of the text of the common two-column layouts, or less. */
const INCHES = 6.75;

/** Where the chunk IHDR, which comes first, ends: signature, length, type, 13 bytes, CRC. */
const HEADER_END = 8 + 4 + 4 + 13 + 4;

/** A PNG with texts that viewers show by their keywords: chunks iTXt, UTF-8 (PNG, third edition, 11.3.3.4). */
function pngWithTexts(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = Object.entries(texts).map(([keyword, text]) => {
    // keyword, 0; not compressed, method 0; no language; no translated keyword
    const body = Buffer.from(`iTXt${keyword}\0\0\0\0\0${text}`, 'utf8');
    const chunk = Buffer.alloc(body.length + 8);
    chunk.writeUInt32BE(body.length - 4, 0);
    chunk.set(body, 4);
    chunk.writeUInt32BE(crc32(body), body.length + 4);
    return chunk;
  });
  return Buffer.concat([png.subarray(0, HEADER_END), ...chunks, png.subarray(HEADER_END)]);
}

/** Letters that both faces have, and that join with no other: Latin, Greek and Cyrillic ones, and signs of figures. */
const WHOLE_LETTERS =
  /^[ -~\u00a0-\u017f\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f\u2010-\u2027\u2190-\u2199\u2200-\u226f]*$/;

/**
 * What is done with files of the faces, which are there meanwhile. resvg takes fonts from files alone and reads a file whole for every text: of the
 * shipped ones, 700 kB each, this takes longer than the drawing. These serve where letters are missing, whose sign the small ones lack, and where
 * no file can be written.
 */
async function withFontFiles<T>(faces: readonly Face[], work: (paths: readonly string[]) => T): Promise<T> {
  const whole = () => work(shippedFonts().map(({ path }) => path));
  if (!faces.every(({ letters }) => WHOLE_LETTERS.test(letters))) return whole();
  const folder = join(tmpdir(), `steadfid-fonts-${randomUUID()}`);
  const paths = faces.map(({ weight }) => join(folder, `${weight}.ttf`));
  guardTemporaryFile(folder);
  try {
    await mkdir(folder, { mode: 0o700 });
    for (const [i, path] of paths.entries()) await writeFile(path, faces[i]!.trueType);
  } catch {
    await removeTemporaryFile(folder);
    return whole();
  }
  try {
    return work(paths);
  } finally {
    await removeTemporaryFile(folder);
  }
}

/**
 * A figure as PNG, 6.75 inches wide (3.3 in one column) at 300 dots to the inch, on white, in the fonts that ship with the suite: the same on every
 * machine. Title, caption and origin are texts of the file.
 *
 * @param svg  its sheet
 */
export async function figurePng(
  figure: Figure,
  svg: string,
  {
    dotsPerInch = DOTS_PER_INCH,
    inches = INCHES,
    faces = facesOf(svg),
  }: {
    readonly dotsPerInch?: number;
    readonly inches?: number;
    readonly faces?: Promise<readonly Face[]>;
  } = {},
): Promise<Uint8Array> {
  const [{ Resvg }, { default: sharp }] = await Promise.all([import('@resvg/resvg-js'), import('sharp')]);
  const parsed = await withFontFiles(
    await faces,
    (fontFiles) =>
      new Resvg(svg, {
        fitTo: { mode: 'zoom', value: (inches * dotsPerInch) / FIGURE_WIDTH },
        background: '#ffffff',
        font: {
          loadSystemFonts: false,
          fontFiles: [...fontFiles],
          defaultFontFamily: SHIPPED_FAMILY,
          sansSerifFamily: SHIPPED_FAMILY,
        },
      }),
  );
  const drawn = parsed.render();
  // sharp writes the resolution into the file, which resvg does not; from pixels, since a PNG in between takes longer than the drawing
  const { width, height } = drawn;
  const png = await sharp(drawn.pixels, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .withMetadata({ density: dotsPerInch })
    .png()
    .toBuffer();
  return pngWithTexts(png, {
    Title: figure.title,
    Description: figure.caption,
    Comment: figureOrigin(figure),
  });
}

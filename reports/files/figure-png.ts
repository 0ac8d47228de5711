import { crc32 } from '../../encoders/files/crc-32.js';
import type { Figure } from '../figures/figure.js';
import { figureOrigin } from '../figures/figure-origin.js';
import { FIGURE_WIDTH } from '../figures/figure-size.js';
import { SHIPPED_FAMILY, shippedFonts } from './shipped-fonts.js';

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
  }: { readonly dotsPerInch?: number; readonly inches?: number } = {},
): Promise<Uint8Array> {
  const [{ Resvg }, { default: sharp }] = await Promise.all([import('@resvg/resvg-js'), import('sharp')]);
  const drawn = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: (inches * dotsPerInch) / FIGURE_WIDTH },
    background: '#ffffff',
    font: {
      loadSystemFonts: false,
      fontFiles: shippedFonts().map(({ path }) => path),
      defaultFontFamily: SHIPPED_FAMILY,
      sansSerifFamily: SHIPPED_FAMILY,
    },
  }).render();
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

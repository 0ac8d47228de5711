import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PIXELS_PER_INCH = 300;
/** What an SVG's pixels are a part of. */
const CSS_PIXELS_PER_INCH = 96;

/**
 * A drawing as PNG at 300 dots to the inch, on white, in the fonts that ship with the suite: the same on every machine.
 */
export async function figurePng(svg: string): Promise<Uint8Array> {
  const [{ Resvg }, { default: sharp }] = await Promise.all([import('@resvg/resvg-js'), import('sharp')]);
  const drawn = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: PIXELS_PER_INCH / CSS_PIXELS_PER_INCH },
    background: '#ffffff',
    font: {
      loadSystemFonts: false,
      fontFiles: fontFiles(),
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  }).render();
  // sharp writes the resolution into the file, which resvg does not
  return sharp(drawn.asPng()).removeAlpha().withMetadata({ density: PIXELS_PER_INCH }).png().toBuffer();
}

function fontFiles(): string[] {
  const folder = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  return ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(folder, 'ttf', name));
}

import { readFile } from 'node:fs/promises';
import { SHIPPED_FAMILY, shippedFonts } from './shipped-fonts.js';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/**
 * A drawing that carries the letters it is written in: of each face that ships with the suite, the glyphs of its texts, as a
 * font inside the file. It looks the same wherever it is opened; letters that the faces do not have are left to the viewer.
 */
export async function svgWithFonts(svg: string): Promise<string> {
  const { default: subsetFont } = await import('subset-font');
  const text = lettersOf(svg);
  const faces: string[] = [];
  for (const { path, weight } of shippedFonts()) {
    const font = await subsetFont(await readFile(path), text, { targetFormat: 'woff', noHinting: true });
    faces.push(
      `@font-face{font-family:"${SHIPPED_FAMILY}";font-weight:${weight};src:url(data:font/woff;base64,${font.toString('base64')}) format("woff")}`,
    );
  }
  return svg.replace(/^<svg[^>]*>/, (start) => `${start}\n<style>${faces.join('\n')}</style>`);
}

/** Every letter that is drawn, once each, in code-point order. */
function lettersOf(svg: string): string {
  const texts = svg.replace(/<(title|metadata)>[^<]*<\/\1>/g, '').replace(/<[^>]*>/g, '');
  const letters = texts.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) =>
    code === undefined ? (ENTITIES[name!] ?? whole) : String.fromCodePoint(Number(code)),
  );
  return [...new Set(letters)].sort().join('');
}

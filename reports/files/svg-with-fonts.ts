import { facesOf, SHIPPED_FAMILY } from './shipped-fonts.js';

/**
 * A drawing that carries the letters it is written in: of each face that ships with the suite, the glyphs of its texts, as a
 * font inside the file. It looks the same wherever it is opened; letters that the faces do not have are left to the viewer.
 */
export async function svgWithFonts(svg: string, faces = facesOf(svg)): Promise<string> {
  const { default: subsetFont } = await import('subset-font');
  const styles: string[] = [];
  for (const { weight, letters, trueType } of await faces) {
    const font = await subsetFont(trueType, letters, { targetFormat: 'woff', noHinting: true });
    styles.push(
      `@font-face{font-family:"${SHIPPED_FAMILY}";font-weight:${weight};src:url(data:font/woff;base64,${font.toString('base64')}) format("woff")}`,
    );
  }
  return svg.replace(/^<svg[^>]*>/, (start) => `${start}\n<style>${styles.join('\n')}</style>`);
}

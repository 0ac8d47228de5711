import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The family that every figure is written in. */
export const SHIPPED_FAMILY = 'DejaVu Sans';

/** The faces that figures use, as files of a package that is installed with the suite. */
export function shippedFonts(): readonly { readonly path: string; readonly weight: number }[] {
  const folder = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  return [
    { path: join(folder, 'ttf', 'DejaVuSans.ttf'), weight: 400 },
    { path: join(folder, 'ttf', 'DejaVuSans-Bold.ttf'), weight: 700 },
  ];
}

/** A shipped face with the glyphs of some letters alone. */
export interface Face {
  readonly weight: number;
  readonly letters: string;
  readonly trueType: Buffer;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** The shipped faces, each with the glyphs of the texts of a drawing: some 10 kB of 700. */
export async function facesOf(svg: string): Promise<readonly Face[]> {
  const { default: subsetFont } = await import('subset-font');
  const letters = lettersOf(svg);
  const faces: Face[] = [];
  for (const { path, weight } of shippedFonts()) {
    const options = { targetFormat: 'truetype', noHinting: true } as const;
    faces.push({ weight, letters, trueType: await subsetFont(await readFile(path), letters, options) });
  }
  return faces;
}

/** Every letter that is drawn, once each, in code-point order. */
function lettersOf(svg: string): string {
  const texts = svg.replace(/<(title|metadata)>[^<]*<\/\1>/g, '').replace(/<[^>]*>/g, '');
  const letters = texts.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) =>
    code === undefined ? (ENTITIES[name!] ?? whole) : String.fromCodePoint(Number(code)),
  );
  return [...new Set(letters.replace(/[\t\n\r]/g, ' '))].sort().join('');
}

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

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Figure } from '../../reports/figures/figure.js';
import { figurePng } from '../../reports/files/figure-png.js';
import { figuresOfModels } from '../support/many-models.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Every letter for which a font of the drawing's letters alone may serve, and some for which it may not. */
const LETTERS = Array.from({ length: 0x2270 }, (_, code) => String.fromCharCode(code)).filter((letter) =>
  /[!-~\u00a1-\u017f\u0391-\u03c9\u0410-\u044f\u2010-\u2027\u2190-\u2199\u2200-\u226f]/.test(letter),
);

async function drawn(figure: Figure, text: string, folder: string): Promise<Uint8Array> {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    return await figurePng(
      figure,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 40" width="720" height="40" font-family="DejaVu Sans">
<text x="8" y="16">${escaped}</text><text x="8" y="36" font-weight="bold">${escaped}</text></svg>`,
      { dotsPerInch: 100 },
    );
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

describe('figurePng', () => {
  test('figurePng draws the same pixels by fonts of few letters as by the whole ones, and leaves no font behind', async () => {
    const [figure] = await figuresOfModels(1, 'short');
    const folder = temporaryFolder();
    const lines = Array.from({ length: Math.ceil(LETTERS.length / 40) }, (_, line) =>
      LETTERS.slice(40 * line, 40 * (line + 1)).join(''),
    );
    for (const text of [...lines, 'AVATo fi ffi', 'e\u0301', '日本', 'a\tb']) {
      const small = await drawn(figure!, text, folder);
      const whole = await drawn(figure!, text, join(folder, 'missing'));
      expect(Buffer.compare(small, whole), text).toBe(0);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

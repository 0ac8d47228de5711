import { visibleText } from './visible-text.js';

const LATEX_TEXT: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
  '\u00a0': '~',
  '–': '--',
  '—': '---',
  '…': '\\dots{}',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
  ß: '\\ss{}',
  æ: '\\ae{}',
  Æ: '\\AE{}',
  œ: '\\oe{}',
  Œ: '\\OE{}',
  ø: '\\o{}',
  Ø: '\\O{}',
  ł: '\\l{}',
  Ł: '\\L{}',
  ı: '\\i{}',
};

const LATEX_MATH: Readonly<Record<string, string>> = {
  '−': '-',
  '±': '\\pm',
  '≥': '\\geq',
  '≤': '\\leq',
  '≠': '\\neq',
  '≈': '\\approx',
  '×': '\\times',
  '÷': '\\div',
  '·': '\\cdot',
  '√': '\\surd',
  '∞': '\\infty',
  '∂': '\\partial',
  '‖': '\\|',
  '′': "'",
  '⌊': '\\lfloor',
  '⌋': '\\rfloor',
  ℓ: '\\ell',
  '→': '\\to',
  '←': '\\leftarrow',
  '↔': '\\leftrightarrow',
  '↓': '\\downarrow',
  '↑': '\\uparrow',
  ...greek('αβγδεζηθικλμνξπρστυφχψω', [
    ...[
      'alpha',
      'beta',
      'gamma',
      'delta',
      'epsilon',
      'zeta',
      'eta',
      'theta',
      'iota',
      'kappa',
      'lambda',
      'mu',
    ],
    ...['nu', 'xi', 'pi', 'rho', 'sigma', 'tau', 'upsilon', 'phi', 'chi', 'psi', 'omega'],
  ]),
  µ: '\\mu', // the unit's own sign
  ...greek('ΓΔΘΛΞΠΣΥΦΨΩ', [
    ...['Gamma', 'Delta', 'Theta', 'Lambda', 'Xi', 'Pi', 'Sigma', 'Upsilon', 'Phi', 'Psi', 'Omega'],
  ]),
};

function greek(letters: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...letters].map((letter, i) => [letter, `\\${names[i]}`]));
}

const RAISED = /[\u2070\u2071\u2074-\u207f¹²³ᵀ]/u;

const LOWERED = /[\u2080-\u209c\u1d62-\u1d6a]/u;

/** Accents of LaTeX by the combining mark that they stand for. */
const ACCENTS: Readonly<Record<string, string>> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0304': '=',
  '\u0306': 'u',
  '\u0307': '.',
  '\u0308': '"',
  '\u030a': 'r',
  '\u030b': 'H',
  '\u030c': 'v',
  '\u0323': 'd',
  '\u0327': 'c',
  '\u0331': 'b',
};

/** A letter with at most one accent and no more, as its LaTeX; undefined for all else. */
function latexAccent(sign: string): string | undefined {
  const [letter, mark, ...more] = sign.normalize('NFD');
  const accent = mark === undefined ? undefined : ACCENTS[mark];
  if (accent === undefined || more.length > 0 || !/^[A-Za-z]$/.test(letter!)) return undefined;
  const isAbove = !/[cdb]/.test(accent);
  return `\\${accent}{${isAbove ? letter!.replace(/[ij]/, '\\$&') : letter}}`;
}

function latexSign(sign: string): string {
  const text = LATEX_TEXT[sign] ?? (/^[ -~]$/.test(sign) ? sign : undefined);
  if (text !== undefined) return text;
  const math = LATEX_MATH[sign];
  if (math !== undefined) return `$${math}$`;
  const plain = sign.normalize('NFKD').replaceAll('\u2044', '/');
  const inMath = LATEX_MATH[plain] ?? plain;
  if (/^[ -~]+$/.test(inMath)) {
    if (RAISED.test(sign)) return `$^{${inMath}}$`;
    if (LOWERED.test(sign)) return `$_{${inMath}}$`;
    if (inMath !== plain) return `$${inMath}$`;
    return [...plain].map(latexSign).join('');
  }
  return `\\textbackslash{}u\\{${sign.codePointAt(0)!.toString(16)}\\}`;
}

/**
 * A text as LaTeX sets it, in ASCII alone, so that every engine takes it without a package. Signs of formulas, Greek letters, and Latin
 * letters with one accent keep their look; what has a plain form, as a ligature, is set in it. Every other sign, as a letter of another
 * script, is written as its number, as `visibleText` writes hidden ones.
 *
 * @example
 * latexText('ℓ₂ ≈ é'); // "$\\ell$$_{2}$ $\\approx$ \\'{e}"
 */
export function latexText(text: string): string {
  const signs = visibleText(text)
    .replace(/[^\S\u00a0]+/g, ' ')
    .normalize('NFC');
  const letters = signs.match(/[\s\S]\p{M}*/gu) ?? [];
  return letters.map((letter) => latexAccent(letter) ?? [...letter].map(latexSign).join('')).join('');
}

/** A name in a label: letters, digits and hyphens, which every package takes. */
export function labelText(...names: readonly string[]): string {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return names.map(plain).join('-').replace(/-+/g, '-').replace(/^-|-$/g, '');
}

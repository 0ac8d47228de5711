import measuredText from 'fast-string-truncated-width';
import { largestOf } from '../../numerics/order-statistics.js';

/** A table as text of numbers that are already rounded to what their error supports. */
export interface TextTable {
  /** what it shows, without a stop at the end */
  readonly title: string;
  /** sentences on its signs and on what all rows have in common */
  readonly notes?: readonly string[];
  /** the same where they stand on a page, whose head warns of demo encoders; the notes themselves where left out */
  readonly pageNotes?: readonly string[];
  /** what a paper refers to it by, after `tab:` */
  readonly label?: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function markdownCell(text: string): string {
  return visibleText(text)
    .replace(/[\\|`*_[\]]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\s+/g, ' ');
}

export function markdownTable({ title, header, rows, notes = [] }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownCell).join(' | ')} |`;
  return [
    `**${markdownCell(title)}**`,
    '',
    line(header),
    `|${header.map(() => '---|').join('')}`,
    ...rows.map(line),
    '',
    ...(notes.length === 0 ? [] : [notes.map(markdownCell).join(' '), '']),
  ].join('\n');
}

/** The table without the columns that hold nothing but dashes. */
export function withoutEmptyColumns(table: TextTable): TextTable {
  const kept = table.header.map((_, j) => table.rows.some((row) => row[j] !== '–'));
  const of = (cells: readonly string[]) => cells.filter((_, j) => kept[j]);
  return { ...table, header: of(table.header), rows: table.rows.map(of) };
}

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

/** Columns of words stand at the left; a number, with or without its error or interval, at the right. */
function alignment(rows: TextTable['rows'], j: number): string {
  return j > 0 && rows.every((row) => /^[−+<\d–]/.test(row[j]!)) ? 'r' : 'l';
}

const PLAIN = /^([−+]?)([\d,]+)(?:\.(\d+))?$/;
/** A number with its error: two columns, each aligned at its point. */
const WITH_ERROR = /^([−+]?[\d,]+(?:\.\d+)?) ± ([\d,]+(?:\.\d+)?)$/;

/** What siunitx must reserve for numbers: digits before and behind the point, and a sign. */
function numberFormat(numbers: readonly string[]): string {
  const parts = numbers.map((text) => PLAIN.exec(text)!);
  const before = largestOf(parts.map(([, , whole]) => whole!.replaceAll(',', '').length));
  const behind = largestOf(parts.map(([, , , rest]) => rest?.length ?? 0));
  const sign = parts.some(([, own]) => own !== '') ? '-' : '';
  return `S[table-format=${sign}${before}${behind === 0 ? '' : `.${behind}`}]`;
}

/** A number as siunitx reads it; what is none is set as it is. */
function numberCell(text: string): string {
  return PLAIN.test(text) ? text.replaceAll(',', '').replace('−', '-') : `{${latexText(text)}}`;
}

/** A column of a LaTeX table: how it is set, and its cells. */
interface LatexColumn {
  readonly format: string;
  readonly cell: (text: string) => string;
  readonly head: (text: string) => string;
}

/** Numbers are aligned at their points, those with an error in two columns; what has words in it at its right or left edge. */
function latexColumn(rows: TextTable['rows'], j: number): LatexColumn {
  const cells = rows.map((row) => row[j]!).filter((text) => text !== '–');
  if (j > 0 && cells.length > 0 && cells.every((text) => PLAIN.test(text)))
    return { format: numberFormat(cells), cell: numberCell, head: (text) => `{${latexText(text)}}` };
  const pairs = cells.map((text) => WITH_ERROR.exec(text) ?? PLAIN.exec(text));
  if (j > 0 && pairs.every((pair) => pair !== null) && cells.some((text) => WITH_ERROR.test(text))) {
    const values = cells.map((text) => WITH_ERROR.exec(text)?.[1] ?? text);
    const errors = cells.flatMap((text) => WITH_ERROR.exec(text)?.[2] ?? []);
    return {
      format: `${numberFormat(values)}@{\\,}c@{\\,}${numberFormat(errors)}`,
      cell: (text) => {
        const [, value, error] = WITH_ERROR.exec(text) ?? [];
        return value === undefined
          ? `${numberCell(text)} & & {}`
          : `${numberCell(value)} & {$\\pm$} & ${numberCell(error!)}`;
      },
      head: (text) => `\\multicolumn{3}{c}{${latexText(text)}}`,
    };
  }
  return { format: alignment(rows, j), cell: latexText, head: latexText };
}

/** A header in two lines, so that it is no wider than it must be: split at the space next to its middle. */
function headerLines(header: readonly string[]): readonly (readonly string[])[] {
  const halves = header.map((name) => {
    const spaces = [...name.matchAll(/ /g)].map(({ index }) => index);
    const off = (space: number) => (name[space + 1] === '(' ? 0 : Math.abs(2 * space - name.length));
    const [middle] = spaces.sort((a, b) => off(a) - off(b));
    return name.length < 8 || middle === undefined
      ? ['', name]
      : [name.slice(0, middle), name.slice(middle + 1)];
  });
  return [0, 1]
    .map((index) => halves.map((half) => half[index]!))
    .filter((cells) => cells.some((cell) => cell !== ''));
}

/** A name in a label: letters, digits and hyphens, which every package takes. */
export function labelText(...names: readonly string[]): string {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return names.map(plain).join('-').replace(/-+/g, '-').replace(/^-|-$/g, '');
}

/** A table for a paper: a file to be read by `\\input`. */
export function latexTable({ title, header, rows, notes = [], label = 'steadfid' }: TextTable): string {
  const columns = header.map((_, j) => latexColumn(rows, j));
  const line = (cells: readonly string[], kind: 'cell' | 'head') =>
    `${cells.map((cell, j) => columns[j]![kind](cell)).join(' & ')} \\\\`;
  return [
    '% needs \\usepackage{booktabs,siunitx}',
    '\\begin{table}[tbp]',
    '\\centering',
    '\\footnotesize',
    '\\setlength{\\tabcolsep}{3pt}',
    `\\caption{${latexText(title)}.}`,
    `\\label{tab:${label}}`,
    `\\begin{tabular}{@{}${columns.map(({ format }) => format).join('')}@{}}`,
    '\\toprule',
    ...headerLines(header).map((cells) => line(cells, 'head')),
    '\\midrule',
    ...rows.map((cells) => line(cells, 'cell')),
    '\\bottomrule',
    '\\end{tabular}',
    ...(notes.length === 0
      ? []
      : [`\\par\\smallskip\\parbox{\\linewidth}{\\scriptsize ${notes.map(latexText).join(' ')}}`]),
    '\\end{table}',
    '',
  ].join('\n');
}

/** The last part of a path, without its extension. */
export function fileName(source: string): string {
  return source
    .replace(/[\\/]+$/, '')
    .replace(/^.*[\\/]/, '')
    .replace(/\.[a-z0-9]+$/i, '');
}

/** Columns that a text takes in a terminal: two for a wide character, none for a combining mark. */
function width(text: string): number {
  return measuredText(text).width;
}

/**
 * Lines of a table in plain text: the header, then the rows, columns two spaces apart. Columns that are empty
 * throughout are left out.
 */
export function tableText({
  header,
  rows,
  align,
}: {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly align: readonly ('left' | 'right')[];
}): readonly string[] {
  const kept = header.map((_, j) => j).filter((j) => rows.some((row) => row[j] !== ''));
  const widths = kept.map((j) => largestOf([header, ...rows].map((row) => width(row[j]!))));
  return [header, ...rows].map((row) =>
    kept
      .map((j, index) => {
        const padding = ' '.repeat(widths[index]! - width(row[j]!));
        return align[j] === 'right' ? padding + row[j] : row[j] + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}

const HIDDEN = /(?![\t\n\r\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text with every character that would act on a terminal, or hide or reorder its neighbors, written as its number:
 * names of files are data.
 *
 * @example
 * visibleText('a\u001b[2J.png'); // 'a\\u{1b}[2J.png'
 */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/**
 * Visible text on one line: as `visibleText`, line breaks and tabs too.
 *
 * @example
 * lineText('a\nb.png'); // 'a\\u{a}b.png'
 */
export function lineText(text: string): string {
  return visibleText(text).replace(/[\t\n\r]/g, (sign) => `\\u{${sign.charCodeAt(0).toString(16)}}`);
}

/**
 * Lines of at most `columns` columns; those after the first are indented by two spaces. Long words are not cut. By hand, since
 * wrap-ansi has no hanging indent and its string-width takes as long to load as all else that a command starts with.
 */
export function wrappedText(text: string, { columns }: { readonly columns: number }): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && width(longer) > columns) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

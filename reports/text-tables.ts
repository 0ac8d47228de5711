import { visibleText } from './visible-text.js';

/** A table as text of numbers that are already rounded to what their error supports. */
export interface TextTable {
  /** what it shows, without a stop at the end */
  readonly title: string;
  /** sentences on its signs and on what all rows have in common */
  readonly notes?: readonly string[];
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

const LATEX: Readonly<Record<string, string>> = {
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
  '−': '$-$',
  '±': '$\\pm$',
  '≥': '$\\geq$',
  '×': '$\\times$',
  '∞': '$\\infty$',
  '→': '$\\to$',
  '↓': '$\\downarrow$',
  '↑': '$\\uparrow$',
  τ: '$\\tau$',
  '–': '--',
  '…': '\\dots{}',
  '’': "'",
  '“': '``',
  '”': "''",
};

function latexCell(text: string): string {
  return visibleText(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\{}$&%#_~^<>−±≥×∞→↓↑τ–…’“”]/gu, (sign) => LATEX[sign]!);
}

/** Columns of words stand at the left; a number, with or without its error or interval, at the right. */
function alignment(rows: TextTable['rows'], j: number): string {
  return j > 0 && rows.every((row) => /^[−+<\d–]/.test(row[j]!)) ? 'r' : 'l';
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
    .map((place) => halves.map((half) => half[place]!))
    .filter((cells) => cells.some((cell) => cell !== ''));
}

/** A name in a label: letters, digits and hyphens, which every package takes. */
export function labelText(...names: readonly string[]): string {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return names.map(plain).join('-').replace(/-+/g, '-').replace(/^-|-$/g, '');
}

/** A table for a paper: a file to be read by `\\input`. */
export function latexTable({ title, header, rows, notes = [], label = 'steadfid' }: TextTable): string {
  const line = (cells: readonly string[]) => `${cells.map(latexCell).join(' & ')} \\\\`;
  const [caption, ...rest] = [title, ...notes].map(latexCell);
  return [
    '% needs \\usepackage{booktabs}',
    '\\begin{table}[tbp]',
    '\\centering',
    '\\footnotesize',
    '\\setlength{\\tabcolsep}{3pt}',
    `\\caption{${[`${caption}.`, ...rest].join(' ')}}`,
    `\\label{tab:${label}}`,
    `\\begin{tabular}{@{}${header.map((_, j) => alignment(rows, j)).join('')}@{}}`,
    '\\toprule',
    ...headerLines(header).map(line),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

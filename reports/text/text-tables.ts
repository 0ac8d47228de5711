import { largestOf } from '../../numerics/order-statistics.js';
import { latexText } from './latex-text.js';
import { columnWidth, visibleText } from './visible-text.js';

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
    // as the text writes numbers: 1,707 and 0.001032
    '\\sisetup{group-digits=integer,group-separator={,},group-minimum-digits=4}',
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
  const widths = kept.map((j) => largestOf([header, ...rows].map((row) => columnWidth(row[j]!))));
  return [header, ...rows].map((row) =>
    kept
      .map((j, index) => {
        const padding = ' '.repeat(widths[index]! - columnWidth(row[j]!));
        return align[j] === 'right' ? padding + row[j] : row[j] + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}

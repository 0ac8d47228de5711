import { visibleText } from './visible-text.js';

/** A table as text of numbers that are already rounded to what their error supports. */
export interface TextTable {
  readonly title: string;
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

export function markdownTable({ title, header, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownCell).join(' | ')} |`;
  return [
    `**${markdownCell(title)}**`,
    '',
    line(header),
    `|${header.map(() => '---|').join('')}`,
    ...rows.map(line),
    '',
  ].join('\n');
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
};

function latexCell(text: string): string {
  return visibleText(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\{}$&%#_~^<>−±≥×∞→↓↑τ–…]/gu, (sign) => LATEX[sign]!);
}

/** A table for a paper that loads `booktabs`. */
export function latexTable({ title, header, rows }: TextTable): string {
  const line = (cells: readonly string[]) => `${cells.map(latexCell).join(' & ')} \\\\`;
  return [
    '\\begin{table}',
    '\\centering',
    `\\caption{${latexCell(title)}}`,
    `\\begin{tabular}{l${'r'.repeat(header.length - 1)}}`,
    '\\toprule',
    line(header),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

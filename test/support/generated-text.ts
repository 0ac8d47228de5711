import { COMMANDS } from '../../cli/commands.js';
import { commandTable, flagTable } from '../../cli/flag-table.js';
import { knownStatisticsTable } from './known-statistics-manual.js';
import { metricSections, metricTable } from './metric-manual.js';
import { precisionTables } from './precision-tables.js';
import { protocolSections, protocolTable } from './protocol-manual.js';

/** A part of a document that is made from the code: it stands between two marks. */
export interface GeneratedText {
  /** path from the root */
  readonly path: string;
  /** the part's name in its marks: `<!-- generated: flags of score -->` … `<!-- end -->` */
  readonly name: string;
  text(): string | Promise<string>;
}

/** Everything in the documents that is generated. Written by `npm run generate`, compared by documentation.test.ts. */
export const GENERATED: readonly GeneratedText[] = [
  { path: 'README.md', name: 'commands', text: () => commandTable(COMMANDS) },
  {
    path: 'docs/score-flags.md',
    name: 'flags of score',
    text: () => flagTable(COMMANDS.find(({ name }) => name === 'score')!),
  },
  { path: 'docs/metrics.md', name: 'table of metrics', text: metricTable },
  { path: 'docs/metrics.md', name: 'metrics', text: metricSections },
  { path: 'docs/protocols.md', name: 'table of protocols', text: protocolTable },
  { path: 'docs/protocols.md', name: 'protocols', text: protocolSections },
  { path: 'docs/sources.md', name: 'known statistics', text: knownStatisticsTable },
  { path: 'docs/precision.md', name: 'agreements', text: precisionTables },
];

/**
 * A document with one part made anew.
 *
 * @throws Error if the document has no such marks
 */
export async function withGenerated(
  document: string,
  { name, text }: Pick<GeneratedText, 'name' | 'text'>,
): Promise<string> {
  const start = `<!-- generated: ${name} -->\n`;
  const end = '\n<!-- end -->';
  const from = document.indexOf(start);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`no marks for "${name}"`);
  return document.slice(0, from + start.length) + (await text()) + document.slice(to);
}

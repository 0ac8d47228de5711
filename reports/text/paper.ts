import { bibtex, citation, citationKey } from './bibliography.js';
import { latexText } from './latex-text.js';
import { latexTable, markdownTable, type TextTable } from './text-tables.js';

/** What goes from a report into a paper. */
export interface Paper {
  /** one paragraph; it cites sources as `citation` writes them */
  readonly methods: string;
  /** papers that the report rests on */
  readonly sources: readonly string[];
  readonly table: TextTable;
}

/**
 * Methods in LaTeX: each citation of one of the sources by its key in `bibtex` of the same sources.
 *
 * @example
 * latexMethods({ methods: 'FID (Heusel et al. 2017)', sources: ['Heusel et al. 2017, arXiv:1706.08500'] }); // 'FID~\\cite{arxiv-1706.08500}'
 */
export function latexMethods({ methods, sources }: Pick<Paper, 'methods' | 'sources'>): string {
  return [...new Set(sources)].reduce((text, source) => {
    const key = citationKey(source);
    return key === null ? text : text.replaceAll(latexText(citation(source)), `~\\cite{${key}}`);
  }, latexText(methods));
}

/** What a report writes for a paper, by the name of its file. */
export const PAPER_TEXTS = {
  'methods.tex': (paper: Paper) =>
    // hashes and names of preprocessing cannot be hyphenated, and need wider gaps between words
    `% cites references.bib, which lies beside this file\n{\\emergencystretch=4em\n${latexMethods(paper)}\\par}\n`,
  'tables.md': ({ table }: Paper) => markdownTable(table),
  'tables.tex': ({ table }: Paper) => latexTable(table),
  'references.bib': ({ sources }: Paper) => bibtex(sources),
} as const;

import { describe, expect, test } from 'vitest';
import { METRICS } from '../../metrics/metric-catalog.js';
import { bibtex, LIMIT_PAPER, MAP_PAPER } from '../../reports/text/bibliography.js';

describe('bibtex', () => {
  test('bibtex names authors, title, venue and year of every paper that a metric or a method rests on', () => {
    for (const source of [...METRICS.map((metric) => metric.source), LIMIT_PAPER, MAP_PAPER]) {
      const entry = bibtex([source]);
      expect(entry, source).toMatch(
        /^@(inproceedings|article|misc)\{arxiv-\d{4}\.\d{5},\n {2}author = \{[^,]+, /,
      );
      expect(entry).toMatch(/\n {2}title = \{.+\},\n/);
      const [, year] = /\n {2}year = \{(\d{4})\},\n/.exec(entry) ?? [];
      // the year that the metric's record gives its paper, where it gives one
      const [, said] = /\b((?:19|20)\d\d), arXiv/.exec(source) ?? [];
      if (said !== undefined) expect(year, source).toBe(said);
    }
  });

  test('bibtex writes a paper of a conference whole, its braces in pairs', () => {
    expect(bibtex([LIMIT_PAPER, LIMIT_PAPER])).toBe(`@inproceedings{arxiv-1911.07023,
  author = {Chong, Min Jin and Forsyth, David},
  title = {Effectively Unbiased {FID} and Inception Score and Where to Find Them},
  booktitle = {IEEE/CVF Conference on Computer Vision and Pattern Recognition},
  pages = {6070--6079},
  year = {2020},
  eprint = {1911.07023},
  archivePrefix = {arXiv}
}
`);
    const all = bibtex(METRICS.map(({ source }) => source));
    expect([...all.matchAll(/\{/g)].length).toBe([...all.matchAll(/\}/g)].length);
  });
});

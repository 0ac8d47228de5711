import { command } from '../command.js';
import { textFlag } from '../flag.js';
import { force, json, paper, quiet } from '../flags.js';

export const REPORT_FLAGS = {
  with: textFlag({
    name: 'with',
    placeholder: 'FOLDER',
    help: 'another study or score: print the two side by side, with the intervals of their differences; -o also writes them as JSON, page and tables',
    group: 'What to compute' as const,
    absent: undefined,
  }),
  output: textFlag({
    name: 'output',
    short: 'o',
    placeholder: 'DIR',
    help: 'write into this folder instead',
    group: 'Where results go' as const,
    absent: undefined,
    absentText: 'the folder itself',
  }),
  json,
  force,
  paper,
  quiet,
};

export const report = command({
  name: 'report',
  summary:
    'rebuild the page, figures and tables of a stored result, or join several scores in one report, without computing',
  details:
    'Reads score.json, study.json, compare.json, uncertainty.json, score-models.json, track.json, reconstruction.json, score-comparison.json or study-comparison.json of the folder. Writes report.html, figures as SVG, PNG and CSV, and tables as Markdown and LaTeX, with the same bytes each time. Several folders must be scores of one reference: their models are ranked in one report. With --with, two studies or two scores are compared (before and after filtering, model A and B). They must share encoder, preprocessing, parameters, reference and sizes.',
  arguments: [
    {
      name: 'folder',
      help: 'a folder that score, study, compare, uncertainty, track or report --with wrote with -o; several scores are ranked',
      count: 'one or more',
    },
  ],
  flags: REPORT_FLAGS,
  examples: [
    'steadfid report study/',
    'steadfid report study/ -o paper/',
    'steadfid report runs/* -o models/',
    'steadfid report before/ --with after/ -o difference/',
  ],
  run: async (input, terminal) => (await import('./report-run.js')).runReport(input, terminal),
});

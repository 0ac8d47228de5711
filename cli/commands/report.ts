import { command } from '../command.js';
import { textFlag } from '../flag.js';
import { force, quiet } from '../flags.js';

export const REPORT_FLAGS = {
  output: textFlag({
    name: 'output',
    short: 'o',
    placeholder: 'DIR',
    help: 'write into this folder instead',
    group: 'Where results go' as const,
    absent: undefined,
    absentText: 'the folder itself',
  }),
  force,
  quiet,
};

export const report = command({
  name: 'report',
  summary:
    'page, figures and tables of a score, study, comparison or uncertainty maps again, without computing',
  details:
    'Reads score.json, study.json, compare.json or uncertainty.json of the folder and writes what is made from it: report.html, figures as SVG, PNG and CSV, tables as Markdown and LaTeX. The same bytes each time.',
  arguments: [
    {
      name: 'folder',
      help: 'a folder that score, study, compare or uncertainty wrote with -o',
      count: 'one',
    },
  ],
  flags: REPORT_FLAGS,
  examples: ['steadfid report study/', 'steadfid report study/ -o paper/'],
  run: async (input, terminal) => (await import('./report-run.js')).runReport(input, terminal),
});

import { scoreSeedsCsv, scoreSeedsJson, scoreSeedsTable } from '../../reports/score/score-seeds-table.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import type { CommandInput, Outcome } from '../command.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import type { Terminal } from '../terminal.js';
import { conflictError } from '../terminal.js';
import type { SCORE_FLAGS } from './score.js';
import { namedMetrics, sayDoubts, scoreOne } from './score-several.js';

/** `steadfid score REFERENCE SEED1 SEED2 … --seeds-of-one-model`: how far the seeds of a model differ. */
export async function runScoreSeeds(
  { arguments: given, options }: CommandInput<typeof SCORE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const [reference, ...seeds] = given;
  if (options.output !== undefined) throw conflictError('--seeds-of-one-model', '-o');
  if (options.perClass === 'on') throw conflictError('--seeds-of-one-model', '--per-class');
  if (options.json === 'on' && options.csv === 'on') throw conflictError('--json', '--csv');
  const metrics = namedMetrics(options);
  const reports: ScoreReport[] = [];
  const encodedReference = new Map();
  const refused = new Set<string>();
  for (const generated of seeds) {
    terminal.signal.throwIfAborted();
    reports.push(
      await scoreOne({ reference: reference!, generated, encodedReference, refused }, options, terminal),
    );
  }
  terminal.progress.clear();
  if (options.json === 'on') terminal.print(scoreSeedsJson(reports));
  else if (options.csv === 'on') terminal.printData(scoreSeedsCsv(reports));
  else terminal.print(scoreSeedsTable(reports, terminal));
  const named = reports.map((report) => ({ name: report.generated.source, report }));
  const missing = sayDoubts(named, { noun: 'seeds', refused }, terminal);
  return missingOutcome(missing, namedResults(metrics), terminal);
}

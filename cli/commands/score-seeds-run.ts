import { defined } from '../../defined.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { scoreSeedsCsv, scoreSeedsJson, scoreSeedsTable } from '../../reports/score/score-seeds-table.js';
import { protocolById } from '../../scoring/published-protocol.js';
import { score } from '../../scoring/score.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import type { CommandInput, Outcome } from '../command.js';
import { metricParameters } from '../flags.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import { incompleteSets, readingOptions, runningOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError, pulling } from '../terminal.js';
import type { SCORE_FLAGS } from './score.js';

/** `steadfid score REFERENCE SEED1 SEED2 … --seeds-of-one-model`: how far the seeds of a model differ. */
export async function runScoreSeeds(
  { arguments: [reference, ...seeds], options }: CommandInput<typeof SCORE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  if (options.output !== undefined) throw conflictError('--seeds-of-one-model', '-o');
  if (options.json === 'on' && options.csv === 'on') throw conflictError('--json', '--csv');
  const { metric, protocol, protocolN, encoder, seed } = options;
  const metrics = metric?.map((id) => metricById(id).id);
  const ofProtocol = protocol === undefined ? undefined : protocolById(protocol).metrics;
  const reports: ScoreReport[] = [];
  for (const generated of seeds) {
    terminal.signal.throwIfAborted();
    reports.push(
      await score({
        reference: reference!,
        generated,
        ...defined({ metrics, protocol, protocolN, encoder }),
        parameters: metricParameters(options),
        seed,
        incomplete: incompleteSets(options.partial),
        sources: sourcesOptions(options),
        ...readingOptions(options),
        ...runningOptions(options),
        ...pulling(terminal),
        onProgress: ({ unit, ...progress }) =>
          terminal.progress.show({ ...progress, unit: unit === 'metrics' ? null : unit }),
        signal: terminal.signal,
      }),
    );
  }
  terminal.progress.clear();
  const missing = reports.flatMap(({ generated, results }) =>
    results.flatMap(({ metric: id, reason }) =>
      reason === undefined ? [] : [{ id, line: `${generated.source}: ${id} has no value: ${reason}` }],
    ),
  );
  for (const { line } of missing) terminal.remark(line);
  if (options.json === 'on') terminal.print(scoreSeedsJson(reports));
  else if (options.csv === 'on') terminal.printData(scoreSeedsCsv(reports));
  else terminal.print(scoreSeedsTable(reports, terminal));
  return missingOutcome(
    missing.map(({ id }) => id),
    namedResults(metrics ?? ofProtocol),
    terminal,
  );
}

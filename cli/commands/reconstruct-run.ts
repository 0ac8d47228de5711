import { defined } from '../../defined.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { METRICS_OF_COMMANDS } from '../../metrics/records/parameters.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { requireNoReconstruction, writeReconstruction } from '../../reports/files/write-reconstruction.js';
import { reconstructionCsv, reconstructionTable } from '../../reports/score/reconstruction-table.js';
import { reconstruction } from '../../scoring/reconstruction.js';
import type { CommandInput, Outcome } from '../command.js';
import { missingOutcome, namedResults } from '../missing-values.js';
import { requireOutside } from '../output-outside.js';
import { provenanceNow } from '../provenance-now.js';
import { runningOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { conflictError, pulling, reportWarnings, writtenLine } from '../terminal.js';
import type { RECONSTRUCT_FLAGS } from './reconstruct.js';

/** `steadfid reconstruct`: how near decoded images are to their originals, one by one and as sets. */
export async function runReconstruct(
  { arguments: [originals, decoded], options }: CommandInput<typeof RECONSTRUCT_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const { metric, encoder, pairsOnly, color, seed, maxPixels, applyOrientation, output, force } = options;
  if (options.json === 'on' && options.csv === 'on') throw conflictError('--json', '--csv');
  if (pairsOnly === 'on' && metric !== undefined) throw conflictError('--pairs-only', '--metric');
  await requireOutside({ output }, [originals!, decoded!]);
  const metrics =
    pairsOnly === 'on' ? [] : (metric ?? METRICS_OF_COMMANDS.compare).map((id) => metricById(id).id);
  if (output !== undefined && force === 'off') await requireNoReconstruction(output);
  const sources = sourcesOptions(options);
  const report = await reconstruction({
    originals: originals!,
    decoded: decoded!,
    color,
    metrics,
    sources,
    seed,
    orientation: applyOrientation === 'on' ? 'applied' : 'ignored',
    ...defined({ encoder, maxPixels, lpips: options.lpips }),
    ...runningOptions(options, terminal),
    ...pulling(terminal),
    onPair: (done, total) => terminal.progress.show({ task: 'comparing pairs', done, total, unit: 'img' }),
    onProgress: ({ unit, ...progress }) =>
      terminal.progress.show({ ...progress, unit: unit === 'metrics' ? null : unit }),
    signal: terminal.signal,
  });
  terminal.progress.clear();
  const paths =
    output === undefined
      ? []
      : await writeReconstruction(output, report, {
          existing: force === 'on' ? 'replaced' : 'refused',
          provenance: provenanceNow(),
          sources,
          signal: terminal.signal,
        });
  if (options.json === 'on') terminal.print(strictJson(report, 'reconstruction'));
  else if (options.csv === 'on') terminal.printData(reconstructionCsv(report));
  else terminal.print(reconstructionTable(report, terminal));
  for (const { message } of report.warnings) terminal.warn(message);
  if (report.sets !== null) for (const warning of reportWarnings(report.sets)) terminal.warn(warning);
  if (output !== undefined) terminal.remark(writtenLine(output, paths));
  const missing = (report.sets?.results ?? []).filter(({ value }) => value === null).map((one) => one.metric);
  return missingOutcome(missing, namedResults(metric), terminal);
}

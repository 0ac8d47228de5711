import { writeWhole } from '../../encoders/files/write-whole.js';
import { OptionError } from '../../errors.js';
import { strictJson } from '../../reports/strict-json.js';
import { scoreMaps } from '../../uncertainty/files/score-maps.js';
import { pairsCsv } from '../../uncertainty/map-comparison/pairs-csv.js';
import { scoresCsv } from '../../uncertainty/scores-csv.js';
import { uncertaintySummary } from '../../uncertainty/uncertainty-summary.js';
import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import type { UNCERTAINTY_FLAGS } from './uncertainty.js';

/** `steadfid uncertainty`: scores as CSV, what the maps say of themselves on stderr. */
export async function runUncertainty(
  { arguments: maps, options }: CommandInput<typeof UNCERTAINTY_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const { aggregate, images, masks, setting, output, pairs, json, controls, residuals } = options;
  for (const [flag, given] of [
    ['--controls', controls],
    ['--residuals', residuals],
  ] as const) {
    if (given === 'off' || images !== undefined) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: flag,
      expected: 'is of the images, and there are none',
      help: 'Pass --images with their folder.',
    });
  }
  const scored = await scoreMaps({
    maps,
    ...(aggregate === undefined ? {} : { aggregations: aggregate }),
    channels: options.channels,
    order: options.layout,
    ...(setting === undefined ? {} : { setting }),
    ...(images === undefined ? {} : { images }),
    ...(masks === undefined ? {} : { masks }),
    missing: options.allowMissing === 'on' ? 'allow' : 'refuse',
    seed: options.seed,
    signal: terminal.signal,
    onProgress: (progress) => terminal.progress.show({ ...progress, unit: 'maps' }),
  });
  terminal.progress.clear();
  const { report } = scored;
  if (pairs !== undefined && report.comparison === null) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--pairs',
      expected: 'needs at least two settings to compare',
      received: '1',
      help: 'Name a second folder of maps, or leave it out.',
    });
  }
  const csv = scoresCsv([
    ...scored.aggregations,
    ...(residuals === 'on' ? scored.residuals : []),
    ...(controls === 'on' ? scored.controls : []),
  ]);
  const writing = {
    existing: options.force === 'on' ? 'replaced' : 'refused',
    signal: terminal.signal,
  } as const;
  if (output !== undefined) await writeWhole(output, csv, writing);
  if (pairs !== undefined) await writeWhole(pairs, pairsCsv(report.comparison!.pairs), writing);
  if (json === 'on') terminal.print(strictJson(report, 'uncertainty report'));
  else if (output === undefined) terminal.print(csv);
  for (const line of uncertaintySummary(report)) terminal.remark(line);
  for (const path of [output, pairs]) if (path !== undefined) terminal.remark(`wrote ${path}`);
  return 'done';
}

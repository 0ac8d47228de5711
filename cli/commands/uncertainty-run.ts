import { extname } from 'node:path';
import { defined } from '../../defined.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { requireTaken } from '../../encoders/images/source-options.js';
import { OptionError } from '../../errors.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { makeGallery } from '../../reports/files/make-gallery.js';
import {
  requireNoUncertaintyReport,
  writeUncertaintyReport,
} from '../../reports/files/write-uncertainty-report.js';
import { scoreMaps } from '../../uncertainty/files/score-maps.js';
import { pairsCsv } from '../../uncertainty/map-comparison/pairs-csv.js';
import { scoresCsv } from '../../uncertainty/score-table.js';
import { uncertaintySummary } from '../../uncertainty/uncertainty-summary.js';
import type { CommandInput, Outcome } from '../command.js';
import { requireOutside } from '../output-outside.js';
import { provenanceNow } from '../provenance-now.js';
import { sourcesOptions } from '../shared-options.js';
import { type Terminal, writtenLine } from '../terminal.js';
import type { UNCERTAINTY_FLAGS } from './uncertainty.js';

/** A path with an extension is the file of the scores; any other is a folder for the whole report. */
function isFile(output: string): boolean {
  return extname(output) !== '';
}

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
  const opening = sourcesOptions(options).generated;
  if (images === undefined) requireTaken(maps.join(' '), opening, []);
  const folder = output === undefined || isFile(output) ? null : output;
  await requireOutside({ output: folder ?? undefined }, [...maps, images, masks]);
  if (folder !== null && options.force === 'off') await requireNoUncertaintyReport(folder);
  const scored = await scoreMaps({
    maps,
    channels: options.channels,
    order: options.layout,
    ...defined({ aggregations: aggregate, setting, images, masks }),
    missing: options.allowMissing === 'on' ? 'allow' : 'refuse',
    opening,
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
  const lines: string[] = [];
  if (folder !== null) {
    const gallery = await makeGallery(report, {
      maps,
      order: options.layout,
      ...defined({ images, setting }),
      opening,
      missing: options.allowMissing === 'on' ? 'allow' : 'refuse',
    });
    const provenance = provenanceNow();
    const written = await writeUncertaintyReport(folder, report, {
      ...writing,
      paper: options.paper,
      provenance,
      gallery,
      scores: csv,
    });
    lines.push(writtenLine(folder, written));
  } else if (output !== undefined) {
    await writeWhole(output, csv, writing);
    lines.push(`wrote ${output}`);
  }
  if (pairs !== undefined) {
    await writeWhole(pairs, pairsCsv(report.comparison!.pairs), writing);
    lines.push(`wrote ${pairs}`);
  }
  if (json === 'on') terminal.print(strictJson(report, 'uncertainty report'));
  else if (output === undefined) terminal.printData(csv);
  const { facts, warnings } = uncertaintySummary(report);
  for (const fact of facts) terminal.remark(fact);
  for (const warning of warnings) terminal.warn(warning);
  for (const line of lines) terminal.remark(line);
  return 'done';
}

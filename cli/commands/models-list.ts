import { sizeText } from '../../encoders/missing-model.js';
import { type ModelState, modelState } from '../../encoders/models/model-state.js';
import { ENCODER_CATALOG } from '../../encoders/networks/encoder-catalog.js';
import { tableText } from '../../reports/text/text-tables.js';
import type { Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import { modelJson } from './model-json.js';
import type { ModelsRequest } from './models-run.js';

/** What there is on this machine, in a word. */
function availability({ encoder, checkpoint, network }: ModelState): string {
  if (network.state !== 'missing') return 'ready';
  if (checkpoint.state === 'there') return 'checkpoint only';
  if (checkpoint.state === 'other') return 'another file';
  if (checkpoint.state === 'missing') return 'not here';
  return `${Math.floor((100 * (checkpoint.sizeBytes ?? 0)) / encoder.checkpoint.sizeBytes)} % fetched`;
}

/** `steadfid models list` */
export async function runModelsList(
  { options, folder }: ModelsRequest,
  terminal: Terminal,
): Promise<Outcome> {
  const states = await Promise.all(
    ENCODER_CATALOG.map((encoder) => modelState(encoder, { folder, depth: 'listed' })),
  );
  if (options.json === 'on') {
    terminal.print(JSON.stringify({ folder, models: states.map(modelJson) }, null, 2));
    return 'done';
  }
  const lines = tableText({
    header: ['id', 'd', 'download', 'here', 'for', 'license'],
    align: ['left', 'right', 'right', 'left', 'left', 'left'],
    rows: states.map((state) => [
      state.encoder.id,
      String(state.encoder.dimensions),
      sizeText(state.encoder.checkpoint.sizeBytes),
      availability(state),
      state.encoder.role,
      state.encoder.license,
    ]),
  });
  terminal.print(lines.join('\n'));
  terminal.remark(
    `in ${folder} (--models DIR or STEADFID_MODELS for another); fetch by steadfid models pull ID`,
  );
  return 'done';
}

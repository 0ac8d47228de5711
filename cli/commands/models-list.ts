import { join } from 'node:path';
import { DENOISER_CATALOG, type OfficialDenoiser } from '../../diffusion/models/denoiser-catalog.js';
import { fileExists } from '../../encoders/files/file-exists.js';
import { sizeText } from '../../encoders/missing-model.js';
import { type ModelState, modelState } from '../../encoders/models/model-state.js';
import { ENCODER_CATALOG } from '../../encoders/networks/encoder-catalog.js';
import { metricsOn } from '../../metrics/metric-catalog.js';
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
  const denoisers = await Promise.all(DENOISER_CATALOG.map((denoiser) => denoiserRecord(denoiser, folder)));
  if (options.json === 'on') {
    terminal.print(JSON.stringify({ folder, models: states.map(modelJson), denoisers }, null, 2));
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
      metricsOn(state.encoder.id),
      state.encoder.license,
    ]),
  });
  const denoiserLines = tableText({
    header: ['denoiser', 'download', 'here', 'check', 'license'],
    align: ['left', 'right', 'left', 'left', 'left'],
    rows: denoisers.map(({ id, sizeBytes, approximateBytes, network, files, license }) => [
      id,
      `${sizeBytes === null ? '~' : ''}${sizeText(sizeBytes ?? approximateBytes ?? 0)}`,
      network,
      files[0]!.hash?.algorithm ?? 'none stated',
      license,
    ]),
  });
  terminal.print([...lines, '', ...denoiserLines].join('\n'));
  terminal.remark(
    `in ${folder} (--models DIR or STEADFID_MODELS for another); fetch by steadfid models pull ID`,
  );
  return 'done';
}

/** A published denoiser and whether its network is here, as the table and `--json` show it. */
async function denoiserRecord({ id, title, license, source, files }: OfficialDenoiser, folder: string) {
  const [{ sizeBytes, approximateBytes }] = files;
  const network = (await fileExists(join(folder, `${id}.onnx`))) ? 'ready' : 'not here';
  return { id, title, license, source, files, sizeBytes, approximateBytes, network };
}

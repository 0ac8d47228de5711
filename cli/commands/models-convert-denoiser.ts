import { defined } from '../../defined.js';
import type { BetaSchedule, DenoiserDescription } from '../../diffusion/denoiser.js';
import { convertDenoiser } from '../../diffusion/models/convert-denoiser.js';
import type { DenoiserArchitecture } from '../../diffusion/networks/denoiser-settings.js';
import type { Outcome } from '../command.js';
import { byteProgress } from '../progress-line.js';
import type { Terminal } from '../terminal.js';
import { denoiserSettings } from './denoiser-flags.js';
import type { ModelsRequest } from './models-run.js';

/** `steadfid models convert CHECKPOINT` of a denoiser. */
export async function runConvertDenoiser(
  paths: { readonly checkpoint: string; readonly onnx: string },
  architecture: DenoiserArchitecture,
  options: ModelsRequest['options'],
  terminal: Terminal,
): Promise<Outcome> {
  const { title, path, description, assumptions } = await convertDenoiser(
    paths,
    { architecture, ...denoiserSettings(options) },
    {
      existing: options.force === 'on' ? 'replaced' : 'refused',
      signal: terminal.signal,
      ...defined({ id: options.id, config: options.config }),
      onProgress: (progress) => terminal.progress.show(byteProgress(`writing ${paths.onnx}`, progress)),
    },
  );
  terminal.progress.clear();
  terminal.print(`${description.id}\t${path}`);
  terminal.remark(`${title}.`);
  for (const line of denoiserLines(description)) terminal.remark(line);
  for (const assumption of assumptions) terminal.remark(`note: ${assumption}`);
  return 'done';
}

/** What a denoiser's sidecar says, in sentences. */
export function denoiserLines({ schedule, lastLayer }: DenoiserDescription): readonly string[] {
  const layer =
    lastLayer.kind === 'convolution'
      ? `a convolution of ${lastLayer.inputChannels} channels, ${lastLayer.kernel.join(' × ')}`
      : `linear, ${lastLayer.inputFeatures} features to patches of ${lastLayer.patch}`;
  return [`Noise schedule: ${scheduleText(schedule)}.`, `Last layer: ${layer} (${lastLayer.weight}).`];
}

function scheduleText(schedule: BetaSchedule): string {
  const { kind, steps } = schedule;
  if (kind === 'cosine' || kind === 'explicit') return `${kind}, ${steps} steps`;
  return `${kind}, β ${schedule.betaStart} to ${schedule.betaEnd}, ${steps} steps`;
}

import type { Checkpoint } from '../../encoders/checkpoints/checkpoint.js';
import { OptionError } from '../../errors.js';
import type { AdmSettings } from '../networks/adm.js';
import type { DenoiserPlan } from '../networks/denoiser-plan.js';
import type { DenoiserArchitecture } from '../networks/denoiser-settings.js';
import { namedSchedule } from '../networks/denoiser-settings.js';

/** What a checkpoint is to be read as, with what its tensors do not say. */
export interface DenoiserConversion extends AdmSettings {
  readonly architecture: DenoiserArchitecture;
}

/** A JSON file beside a checkpoint, parsed. */
export interface ConfigFile {
  readonly path: string;
  readonly value: unknown;
}

/**
 * The denoiser in a checkpoint. The same checkpoint, conversion and config give the same bytes on every machine.
 *
 * @param conversion  counts before the config
 * @param configs  `model`: the authors' settings, of diffusers the `config.json`; `scheduler`: of diffusers
 * @throws InputError UNREADABLE_FILE if the checkpoint holds another network, or the config is of another one
 * @throws OptionError CONFLICTING_OPTIONS if something that the tensors do not say is missing, or given where it has no meaning
 */
export async function denoiserPlan(
  checkpoint: Checkpoint,
  conversion: DenoiserConversion,
  configs: { readonly model?: ConfigFile | undefined; readonly scheduler?: ConfigFile | undefined } = {},
): Promise<DenoiserPlan> {
  const { architecture, ...settings } = conversion;
  if (architecture === 'diffusers-unet') return diffusersPlan(checkpoint, settings, configs);
  const { parsedAuthorsConfig, requireClaims, requireOwnTimes } = await import(
    '../networks/authors-config.js'
  );
  const { model } = configs;
  const config = model === undefined ? undefined : await parsedAuthorsConfig(model.value, model.path);
  const known = { ...config?.settings, ...settings };
  const plan = await planOf(architecture, checkpoint, { asked: settings, known });
  if (config !== undefined) {
    requireOwnTimes(config, plan.description.schedule.steps, model!.path);
    if (plan.network !== null) requireClaims(plan.network, config.claims, model!.path);
  }
  return plan;
}

/** @param settings  `asked`: those of the command; `known`: with those of the authors’ config */
async function planOf(
  architecture: Exclude<DenoiserArchitecture, 'diffusers-unet'>,
  checkpoint: Checkpoint,
  { asked, known }: { readonly asked: AdmSettings; readonly known: AdmSettings },
): Promise<DenoiserPlan> {
  switch (architecture) {
    case 'ddpm':
      requireNone(asked, ['heads', 'headChannels', 'attentionOrder'], architecture);
      return (await import('../networks/ddpm.js')).ddpmPlan(checkpoint, known);
    case 'adm':
      return (await import('../networks/adm.js')).admPlan(checkpoint, known);
    case 'uvit':
      requireNone(asked, ['attentionOrder', 'dropout'], architecture);
      return (await import('../networks/u-vit.js')).uVitPlan(checkpoint, known);
  }
}

async function diffusersPlan(
  checkpoint: Checkpoint,
  settings: AdmSettings,
  {
    model,
    scheduler,
  }: { readonly model?: ConfigFile | undefined; readonly scheduler?: ConfigFile | undefined },
): Promise<DenoiserPlan> {
  requireNone(settings, ['heads', 'headChannels', 'attentionOrder'], 'diffusers-unet');
  const { parsedDiffusersConfig, parsedDiffusersSchedule } = await import('../networks/diffusers-config.js');
  if (model === undefined)
    throw missingSetting('its config.json', 'Put it beside the checkpoint, or pass --config config.json.');
  const config = await parsedDiffusersConfig(model.value, model.path);
  const imageSize = settings.imageSize ?? config.sample_size;
  if (imageSize == null)
    throw missingSetting('the side of the images', `Pass --image-size N: ${model.path} has no sample_size.`);
  const schedule =
    namedSchedule(settings) ??
    (scheduler === undefined ? undefined : await parsedDiffusersSchedule(scheduler.value, scheduler.path));
  if (schedule === undefined)
    throw missingSetting(
      'the noise schedule',
      'Put scheduler_config.json beside the checkpoint, or pass --schedule linear (or scaled-linear, cosine).',
    );
  const { diffusersUNetPlan } = await import('../networks/diffusers-unet.js');
  return diffusersUNetPlan(checkpoint, {
    config,
    imageSize,
    schedule,
    dropout: settings.dropout,
    assumptions: [],
  });
}

const FLAGS = {
  heads: { flag: '--heads', owners: 'adm' },
  headChannels: { flag: '--head-channels', owners: 'adm' },
  attentionOrder: { flag: '--attention-order', owners: 'adm' },
  dropout: { flag: '--dropout', owners: 'ddpm, adm or diffusers-unet' },
} as const;

/** Flags that say what the architecture has no choice in, or its own config says. */
function requireNone(
  settings: AdmSettings,
  names: readonly (keyof typeof FLAGS)[],
  architecture: DenoiserArchitecture,
): void {
  const name = names.find((name) => settings[name] !== undefined);
  if (name === undefined) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where: FLAGS[name].flag,
    expected: `goes with --as ${FLAGS[name].owners}`,
    received: architecture,
  });
}

function missingSetting(what: string, help: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: 'steadfid models convert --as diffusers-unet',
    expected: `must be told ${what}`,
    help,
  });
}

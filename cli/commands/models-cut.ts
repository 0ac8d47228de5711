import { defined } from '../../defined.js';
import { cutDenoiser } from '../../diffusion/models/cut-denoiser.js';
import { requiredSchedule } from '../../diffusion/networks/denoiser-settings.js';
import { OptionError } from '../../errors.js';
import type { Outcome } from '../command.js';
import { requireOutput, type Terminal } from '../terminal.js';
import { denoiserSettings } from './denoiser-flags.js';
import { denoiserLines } from './models-convert-denoiser.js';
import type { ModelsRequest } from './models-run.js';

/** `steadfid models cut` */
export async function runModelsCut({ names, options }: ModelsRequest, terminal: Terminal): Promise<Outcome> {
  const [network, ...others] = names;
  if (network === undefined || others.length > 0)
    throw new OptionError('OUT_OF_RANGE', {
      where: 'steadfid models cut',
      expected: 'needs one network',
      received: `${names.length}`,
      help: 'As in: steadfid models cut net.onnx --schedule linear -o denoiser.onnx',
    });
  const onnx = requireOutput(options.output, 'denoiser.onnx');
  const { imageSize, classes, x, t, y, epsilon, id } = options;
  const { path, description, isProved } = await cutDenoiser(
    { network, onnx },
    {
      schedule: requiredSchedule(denoiserSettings(options)),
      ...defined({ imageSize, classes, x, t, y, epsilon, id }),
    },
    { existing: options.force === 'on' ? 'replaced' : 'refused' },
  );
  terminal.print(`${description.id}\t${path}`);
  for (const line of denoiserLines(description)) terminal.remark(line);
  terminal.remark(
    isProved
      ? 'A run on noise: the last layer of the features is the network’s noise.'
      : 'note: Its weights are in a second file; that the last layer of the features is its noise is tried when it is first used.',
  );
  return 'done';
}

import type { Denoiser } from '../../diffusion/denoiser.js';
import type { SamplingSettings } from '../../diffusion/sampling-settings.js';
import { OptionError } from '../../errors.js';
import type { Alternative } from '../alternatives/alternative.js';

interface Checked {
  readonly n: number;
  readonly denoiser: Pick<Denoiser, 'description'>;
  /** null for images alone */
  readonly posterior: object | null;
  readonly sampling: SamplingSettings;
  readonly keepTimes: readonly number[];
  readonly layout: 'steadfid' | 'bayesdiff';
  /** null without one */
  readonly decoder: object | null;
  readonly alternatives: readonly Pick<Alternative, 'name' | 'looksAt'>[];
}

/**
 * Refuses what no run of `generate` or `sweep` could do, before it begins.
 *
 * @param times  that the steps come to
 * @throws OptionError CONFLICTING_OPTIONS, OUT_OF_RANGE
 */
export function requirePossible(
  { n, denoiser, posterior, keepTimes, layout, sampling, decoder, alternatives }: Checked,
  times: readonly number[],
): void {
  const { channels } = denoiser.description;
  if (decoder !== null) requireOfLatents({ keepTimes, alternatives });
  else if (channels !== 1 && channels !== 3)
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: denoiser.description.id,
      expected: 'must make images of 1 or 3 channels',
      received: `${channels} channels, as of a latent model`,
      help: 'Pass steadfid generate --decoder decoder.onnx, which makes pixels of latents.',
    });
  if (!(Number.isSafeInteger(n) && n >= 1))
    throw new OptionError('OUT_OF_RANGE', {
      where: '-n',
      expected: 'must be at least 1',
      received: String(n),
    });
  const unknown = keepTimes.find((keep) => !times.some((time) => Math.abs(time - keep) < 0.5));
  if (unknown !== undefined)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--keep-times',
      expected: `must be times that ${sampling.steps} steps come to`,
      received: String(unknown),
      help: `They are ${times.map((time) => Math.round(time)).join(', ')}.`,
    });
  if (posterior !== null) return;
  for (const [where, given] of [
    ['--keep-times', keepTimes.length > 0],
    ['--layout bayesdiff', layout === 'bayesdiff'],
  ] as const)
    if (given)
      throw new OptionError('CONFLICTING_OPTIONS', {
        where,
        expected: 'is about the variance, which needs a posterior',
        help: 'Pass --posterior, or leave it out.',
      });
}

/** What looks at pixels cannot look at latents. */
function requireOfLatents({ keepTimes, alternatives }: Pick<Checked, 'keepTimes' | 'alternatives'>): void {
  const image = alternatives.find(({ looksAt }) => looksAt === 'image');
  const where =
    keepTimes.length > 0 ? '--keep-times' : image === undefined ? undefined : `--alternatives ${image.name}`;
  if (where === undefined) return;
  throw new OptionError('CONFLICTING_OPTIONS', {
    where,
    expected: 'goes with a network that works on pixels',
    received: 'it with --decoder',
    help: 'Leave it out.',
  });
}

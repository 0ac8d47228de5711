import type { Denoiser } from '../../diffusion/denoiser.js';
import type { SamplingSettings } from '../../diffusion/sampling-settings.js';
import { OptionError } from '../../errors.js';

interface Checked {
  readonly n: number;
  readonly denoiser: Pick<Denoiser, 'description'>;
  /** null for images alone */
  readonly posterior: object | null;
  readonly sampling: SamplingSettings;
  readonly keepTimes: readonly number[];
  readonly layout: 'steadfid' | 'bayesdiff';
}

/**
 * Refuses what no run of `generate` or `sweep` could do, before it begins.
 *
 * @param times  that the steps come to
 * @throws OptionError CONFLICTING_OPTIONS, OUT_OF_RANGE
 */
export function requirePossible(
  { n, denoiser, posterior, keepTimes, layout, sampling }: Checked,
  times: readonly number[],
): void {
  const { channels } = denoiser.description;
  if (channels !== 1 && channels !== 3)
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: denoiser.description.id,
      expected: 'must make images of 1 or 3 channels',
      received: `${channels} channels, as of a latent model`,
      help: 'Latents cannot be decoded here yet: give a network that works on pixels.',
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

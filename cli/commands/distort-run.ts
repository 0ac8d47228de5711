import { defined } from '../../defined.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { OptionError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import { DISTORTION_KINDS, requireDistortion } from '../../sample-size-study/distortions/distortion-kinds.js';
import { openDistorter } from '../../sample-size-study/files/open-distorter.js';
import { writeImageFolder } from '../../sample-size-study/files/write-image-folder.js';
import type { CommandInput, Outcome } from '../command.js';
import { flagError } from '../flag.js';
import { requireOutside } from '../output-outside.js';
import { sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { requireOutput } from '../terminal.js';
import type { DISTORT_FLAGS } from './distort.js';

const AT = { kind: '--kind', level: '--level', with: '--with' };

/** `steadfid distort`: a distorted copy of a set. */
export async function runDistort(
  { arguments: [source], options }: CommandInput<typeof DISTORT_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const { kind, level, seed, maxPixels } = options;
  if (kind === undefined) {
    throw new OptionError('OUT_OF_RANGE', {
      where: '--kind',
      expected: 'needs the distortion',
      help: `There are ${DISTORTION_KINDS.join(', ')}.`,
    });
  }
  const choice = { kind, levels: level === undefined ? [] : [level], with: options.with ?? null };
  requireDistortion(choice, AT);
  if (level === undefined) throw flagError('level', 'needs the level, from 1', '');
  const folder = requireOutput(options.output, 'distorted/');
  await requireOutside({ output: folder }, [source!, options.with]);
  const decoding = defined({ maxPixels });
  const set = await openImageSet(source!, sourcesOptions(options).generated);
  try {
    const distorter = await openDistorter(choice, { seed, decoding });
    try {
      const total = set.entries.length;
      await writeImageFolder(folder, distorter.distorted(set, level), {
        existing: options.force === 'on' ? 'replaced' : 'refused',
        decoding,
        signal: terminal.signal,
        onProgress: (done) => terminal.progress.show({ task: `writing ${folder}`, done, total, unit: 'img' }),
      });
      terminal.progress.clear();
      for (const { message } of set.warnings ?? []) terminal.warn(message);
      terminal.remark(`wrote ${countText(total)} images to ${folder}`);
      return 'done';
    } finally {
      await distorter.close();
    }
  } finally {
    await set.close();
  }
}

import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { encodeImages } from '../../encoders/encode-images.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { encodingTask } from '../../encoders/encoding-options.js';
import { writeStatistics } from '../../encoders/files/write-statistics.js';
import { foldMoments } from '../../encoders/fold-moments.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { momentsOfSet } from '../../metrics/set-gaussian.js';
import { countText } from '../../numerics/number-text.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import { openScoreSource } from '../../scoring/score-sources.js';
import type { CommandInput, Outcome } from '../command.js';
import { encodingOptions } from '../encoding-options.js';
import { sessionOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { pulling, requireEncoder, requireNewFile, requireOutput } from '../terminal.js';
import type { STATS_FLAGS } from './stats.js';

/** What pytorch-fid and clean-fid take for statistics. */
const REFERENCE_ENCODER = 'inception-v3-fid';

type Options = CommandInput<typeof STATS_FLAGS>['options'];

async function foldedSet(set: ImageSet, options: Options, terminal: Terminal): Promise<EmbeddedSet> {
  const choice = encoderChoice(requireEncoder(options.encoder ?? REFERENCE_ENCODER), REFERENCE_ENCODER);
  const { signal } = terminal;
  const encoder = await openChosenEncoder(choice, {
    ...sessionOptions(options),
    ...pulling(terminal),
    signal,
  });
  try {
    const run = encodeImages(
      set,
      encoder,
      encodingOptions(options, terminal, encodingTask(set.source, encoder.identity.id)),
    );
    return await foldMoments(run, await openAlgebra());
  } finally {
    await encoder.close();
  }
}

/** `steadfid stats`: mean and covariance of a reference to a file. */
export async function runStats(
  { arguments: [images], options }: CommandInput<typeof STATS_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const path = requireOutput(options.output, 'stats.npz');
  const existing = options.force === 'on' ? 'replaced' : 'refused';
  await requireNewFile(path, existing);
  const source = await openScoreSource(images!, {
    ...sourcesOptions(options).generated,
    incomplete: 'taken', // what is missing is said in the file
  });
  try {
    const set = source.kind === 'embedded' ? source.set : await foldedSet(source.set, options, terminal);
    const moments = await momentsOfSet(set, 'stats', await openAlgebra());
    for (const { message } of set.warnings) terminal.warn(message);
    await writeStatistics(path, { set, moments }, { existing, signal: terminal.signal });
    const n = moments.n === null ? '' : ` of ${countText(moments.n)} images`;
    terminal.remark(`wrote ${path}: mean and covariance${n}, ${moments.d} dimensions, by ${set.encoder.id}`);
    return 'done';
  } finally {
    await source.close();
  }
}

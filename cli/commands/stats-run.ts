import { basename } from 'node:path';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { encodeImages } from '../../encoders/encode-images.js';
import { VERSION } from '../../encoders/encoder.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { encodingTask } from '../../encoders/encoding-options.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { recognizedStatistics } from '../../encoders/files/known-statistics.js';
import { writeStatistics } from '../../encoders/files/write-statistics.js';
import { foldMoments } from '../../encoders/fold-moments.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { OptionError } from '../../errors.js';
import { momentsOfSet } from '../../metrics/set-gaussian.js';
import { countText } from '../../numerics/number-text.js';
import { openAlgebra } from '../../numerics/open-algebra.js';
import { statisticsCard } from '../../reports/text/statistics-card.js';
import { openScoreSource } from '../../scoring/score-sources.js';
import type { CommandInput, Outcome } from '../command.js';
import { encodingOptions } from '../encoding-options.js';
import { encoderSessionOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { pulling, requireNewFile, requireOutput } from '../terminal.js';
import type { STATS_FLAGS } from './stats.js';

/** What pytorch-fid and clean-fid take for statistics. */
const REFERENCE_ENCODER = 'inception-v3-fid';

type Options = CommandInput<typeof STATS_FLAGS>['options'];

async function foldedSet(set: ImageSet, options: Options, terminal: Terminal): Promise<EmbeddedSet> {
  const choice = encoderChoice(options.encoder, REFERENCE_ENCODER);
  const { signal } = terminal;
  const encoder = await openChosenEncoder(choice, {
    ...encoderSessionOptions(options, terminal),
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

/** @throws OptionError CONFLICTING_OPTIONS for words of a card without the card */
function requireCardFlags({ publish, dataset, split }: Options): void {
  if (publish === 'on') return;
  for (const [flag, value] of Object.entries({ dataset, split })) {
    if (value === undefined) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: `--${flag}`,
      expected: 'is of the card that --publish prints',
      help: `Add --publish, or leave --${flag} out.`,
    });
  }
}

/** `steadfid stats`: mean and covariance of a reference to a file. */
export async function runStats(
  { arguments: [images], options }: CommandInput<typeof STATS_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  requireCardFlags(options);
  const existing = options.force === 'on' ? 'replaced' : 'refused';
  const isPublished = options.publish === 'on';
  const path = isPublished ? options.output : requireOutput(options.output, 'stats.npz');
  if (path !== undefined) await requireNewFile(path, existing);
  const source = await openScoreSource(images!, {
    ...sourcesOptions(options).generated,
    incomplete: 'taken', // what is missing is said in the file
  });
  try {
    const set = source.kind === 'embedded' ? source.set : await foldedSet(source.set, options, terminal);
    const moments = await momentsOfSet(set, 'stats', await openAlgebra());
    for (const { message } of set.warnings) terminal.warn(message);
    if (path !== undefined) {
      await writeStatistics(path, { set, moments }, { existing, signal: terminal.signal });
      const n = moments.n === null ? '' : ` of ${countText(moments.n)} images`;
      terminal.remark(
        `wrote ${path}: mean and covariance${n}, ${moments.d} dimensions, by ${set.encoder.id}`,
      );
    }
    if (!isPublished) return 'done';
    const published = path ?? (source.kind === 'embedded' ? source.path : undefined);
    const { dataset, split } = options;
    const file =
      published === undefined ? null : { name: basename(published), sha256: await fileHash(published) };
    const { known, warnings } = await recognizedStatistics(source.path);
    for (const { message } of warnings) terminal.warn(message);
    terminal.print(statisticsCard({ set, ...moments, dataset, split, file, known, version: VERSION }));
    return 'done';
  } finally {
    await source.close();
  }
}

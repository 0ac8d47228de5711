import { encodeImages } from '../../encoders/encode-images.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { encodingTask } from '../../encoders/encoding-options.js';
import { writeEmbeddedSet } from '../../encoders/files/write-embedded-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { idsDigest } from '../../encoders/set-digest.js';
import { shardOf } from '../../encoders/shard.js';
import { countText } from '../../numerics/number-text.js';
import type { CommandInput, Outcome } from '../command.js';
import { encodingOptions } from '../encoding-options.js';
import { encoderSessionOptions, sourcesOptions } from '../shared-options.js';
import type { Terminal } from '../terminal.js';
import { pulling, requireEncoder, requireNewFile, requireOutput } from '../terminal.js';
import type { ENCODE_FLAGS } from './encode.js';

/** `steadfid encode`: embeddings of images to a file. */
export async function runEncode(
  { arguments: [images], options }: CommandInput<typeof ENCODE_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const path = requireOutput(options.output, 'embeddings.npz');
  const choice = encoderChoice(requireEncoder(options.encoder), 'inception-v3-fid');
  const existing = options.force === 'on' ? 'replaced' : 'refused';
  await requireNewFile(path, existing);
  const { signal } = terminal;
  const set = await openImageSet(images!, sourcesOptions(options).generated);
  try {
    const { shard } = options;
    const part = shard === undefined ? set : shardOf(set, shard);
    const encoder = await openChosenEncoder(choice, {
      ...encoderSessionOptions(options, terminal),
      ...pulling(terminal),
      signal,
    });
    try {
      const run = encodeImages(
        part,
        encoder,
        encodingOptions(options, terminal, encodingTask(images!, encoder.identity.id)),
      );
      const shards =
        shard === undefined
          ? null
          : { count: shard.count, indices: [shard.index], ids: idsDigest(set.entries.map(({ id }) => id)) };
      let done = 'wrote';
      const onSameContent = () => {
        done = 'already there, same content:';
      };
      const writing = { existing, signal, shards, onSameContent } as const;
      const { n, skipped, warnings } = await writeEmbeddedSet(path, run, writing);
      for (const { message } of warnings) terminal.warn(message);
      const left = skipped.length === 0 ? '' : `, ${countText(skipped.length)} unreadable left out`;
      terminal.remark(`${done} ${path}: ${countText(n)} images by ${encoder.identity.id}${left}`);
      return 'done';
    } finally {
      await encoder.close();
    }
  } finally {
    await set.close();
  }
}

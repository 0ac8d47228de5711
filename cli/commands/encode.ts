import type { Shard } from '../../encoders/shard.js';
import { command } from '../command.js';
import { type Flag, flagError } from '../flag.js';
import { oneEncoder as encoder, force, outputFile, READING, RUNNING } from '../flags.js';

const shard: Flag<Shard | undefined> = {
  name: 'shard',
  placeholder: 'I/N',
  help: 'encode the I-th of N equal parts of the images, as for N machines; steadfid merge joins them',
  group: 'What to compute',
  absent: undefined,
  read: (given) => {
    const text = given === 'negated' ? '' : given.texts[given.texts.length - 1]!;
    const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
    if (index === undefined || count === undefined || index < 1 || index > count) {
      throw flagError('shard', 'must be I/N with I from 1 to N, as in 1/4', text);
    }
    return { index, count };
  },
};

export const ENCODE_FLAGS = { encoder, output: outputFile, force, shard, ...READING, ...RUNNING };

export const encode = command({
  name: 'encode',
  summary: 'embeddings of images to a .npz that numpy opens',
  arguments: [{ name: 'images', help: 'a folder or .zip of images, or an ADM batch .npz', count: 'one' }],
  flags: ENCODE_FLAGS,
  examples: [
    'steadfid encode samples/ --encoder demo-inception -o samples.npz',
    'steadfid encode samples/ --encoder net.onnx --shard 1/4 -o samples-1.npz',
  ],
  run: async (input, terminal) => (await import('./encode-run.js')).runEncode(input, terminal),
});

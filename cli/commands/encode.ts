import { IMAGE_SOURCES } from '../../encoders/images/source-kinds.js';
import { command } from '../command.js';
import { DRAWING, oneEncoder as encoder, force, outputFile, READING, RUNNING, shardFlag } from '../flags.js';

const shard = shardFlag(
  'encode the I-th of N equal parts of the images, as for N machines; steadfid merge joins them',
);

export const ENCODE_FLAGS = { encoder, output: outputFile, force, shard, ...DRAWING, ...READING, ...RUNNING };

export const encode = command({
  name: 'encode',
  summary: 'embeddings of images, as a .npz for numpy',
  arguments: [{ name: 'images', help: IMAGE_SOURCES, count: 'one' }],
  flags: ENCODE_FLAGS,
  examples: [
    'steadfid encode samples/ --encoder demo-inception -o samples.npz',
    'steadfid encode samples/ --encoder net.onnx --shard 1/4 -o samples-1.npz',
  ],
  run: async (input, terminal) => (await import('./encode-run.js')).runEncode(input, terminal),
});

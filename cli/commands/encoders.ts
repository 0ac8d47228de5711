import { command } from '../command.js';
import { json, models } from '../flags.js';

export const ENCODERS_FLAGS = { json, models };

export const encoders = command({
  name: 'encoders',
  summary: 'the available networks, and which of them are on this machine',
  arguments: [],
  flags: ENCODERS_FLAGS,
  examples: ['steadfid encoders', 'steadfid encoders --json'],
  run: async (input, terminal) => (await import('./encoders-run.js')).runEncoders(input, terminal),
});

import { command } from '../command.js';
import { json } from '../flags.js';

export const STATUS_FLAGS = { json };

export const status = command({
  name: 'status',
  summary: 'how many units of a plan are done',
  arguments: [{ name: 'run', help: 'the folder of steadfid plan', count: 'one' }],
  flags: STATUS_FLAGS,
  examples: ['steadfid status run/'],
  run: async (input, terminal) => (await import('./status-run.js')).showStatus(input, terminal),
});

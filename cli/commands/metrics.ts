import { command } from '../command.js';
import { json } from '../flags.js';

export const METRICS_FLAGS = { json };

export const metrics = command({
  name: 'metrics',
  summary: 'all metrics: formula, direction, source, encoder, preprocessing',
  arguments: [{ name: 'id', help: 'show these in full', count: 'any' }],
  flags: METRICS_FLAGS,
  examples: ['steadfid metrics', 'steadfid metrics cmmd', 'steadfid metrics --json'],
  run: async (input, terminal) => (await import('./metrics-run.js')).runMetrics(input, terminal),
});

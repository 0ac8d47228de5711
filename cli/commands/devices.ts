import { command } from '../command.js';
import { numberFlag } from '../flag.js';
import { json, models, oneEncoder, quiet, threads } from '../flags.js';

export const DEVICES_FLAGS = {
  encoder: oneEncoder,
  seconds: numberFlag({
    name: 'seconds',
    placeholder: 'S',
    help: 'how long speeds are measured, all devices together',
    group: 'How it runs',
    absent: 10,
    absentText: '10',
    expected: 'must be a number above 0 and at most 600',
    holds: (value) => value > 0 && value <= 600,
  }),
  threads,
  models,
  json,
  quiet,
};

export const devices = command({
  name: 'devices',
  summary: 'where networks can run here, how fast, and how far from the CPU’s numbers',
  details: `Each device that this build of ONNX Runtime knows is tried in a process of its own, by the demo network or that of --encoder.
The first line says which one --device auto takes. For published numbers --device cpu is recommended.`,
  arguments: [],
  flags: DEVICES_FLAGS,
  examples: ['steadfid devices', 'steadfid devices --encoder net.onnx --json'],
  run: async (input, terminal) => (await import('./devices-run.js')).runDevices(input, terminal),
});

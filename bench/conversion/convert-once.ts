import { convertCheckpoint } from '../../encoders/models/convert-checkpoint.js';

// A process of its own for each conversion, so that its peak of memory is its own too.
const [, , checkpoint, architecture, onnx] = process.argv as unknown as [
  string,
  string,
  string,
  'inception' | 'clip',
  string,
];
const start = performance.now();
await convertCheckpoint({ checkpoint, onnx }, { architecture }, { existing: 'replaced' });
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));

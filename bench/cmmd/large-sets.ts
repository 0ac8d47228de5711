import { cmmdOfSums, cmmdSums } from '../../metrics/cmmd.js';
import { fastAlgebra } from '../../numerics/fast-algebra.js';
import { peakMemory } from '../measuring/peak-memory.js';
import { randomRows } from '../measuring/random-rows.js';

// A process of its own: CMMD over all pairs of two sets of n vectors, and the most memory that the process ever held.

const n = Number(process.argv[2]);
const d = Number(process.argv[3]);
const sets = {
  reference: randomRows({ n, d, seed: 1, shift: 1 }),
  generated: randomRows({ n, d, seed: 2, shift: 1.05 }),
};
const start = performance.now();
const value = cmmdOfSums(await cmmdSums(sets, fastAlgebra), 'unbiased');
const ms = performance.now() - start;
process.stdout.write(JSON.stringify({ value, ms, maxRssMB: peakMemory() }));

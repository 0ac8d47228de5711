import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../encoders/encoder.js';
import { projectRoot } from '../test/support/project.js';
import { mergedMoments } from './cluster.bench.js';
import { thisMachine } from './measuring/this-machine.js';

/** Merging 1,000 parts of moments of 2,048 dimensions. It takes 34 GB of the disk of temporary files, and gives them back. */
const cwd = mkdtempSync(join(tmpdir(), 'steadfid-bench-'));
try {
  const load = Number(loadavg()[0]!.toFixed(1));
  const figures = await mergedMoments(cwd, { parts: 1000, d: 2048 });
  const record = {
    command: 'node dist/bench/thousand-parts.bench.js',
    machine: { ...thisMachine(), load },
    versions: { steadfid: VERSION, node: process.versions.node },
    about: 'merging 1,000 parts of moments, each 33.6 MB',
    figures,
  };
  console.log(figures);
  writeFileSync(`${projectRoot}bench/results/thousand-parts.json`, `${JSON.stringify(record, null, 2)}\n`);
} finally {
  rmSync(cwd, { recursive: true, force: true });
}

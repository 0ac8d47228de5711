import { arch, cpus, platform } from 'node:os';
import { VERSION } from '../encoders/encoder.js';
import type { Provenance } from '../reports/page/page.js';

/** This command on this machine, finished now. */
export function provenanceNow(): Provenance {
  const processors = cpus();
  return {
    schema: 'steadfid/report-provenance/1',
    version: VERSION,
    command: ['steadfid', ...process.argv.slice(2)].map(quoted).join(' '),
    finished: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    machine: `${platform()} ${arch()}, ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}`,
    node: process.versions.node,
  };
}

/** As a shell would read it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

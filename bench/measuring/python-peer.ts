import { spawnSync } from 'node:child_process';
import { projectRoot } from '../../test/support/project.js';

export interface PeerTime {
  readonly ms: number;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Time of one task of bench/peers/peers.py, taken by itself after its imports; null unless STEADFID_PYTHON names a Python that
 * has what it needs.
 */
export function pythonPeer(task: string, ...sizes: readonly number[]): PeerTime | null {
  const python = process.env['STEADFID_PYTHON'];
  if (python === undefined) return null;
  const { stdout, status } = spawnSync(
    python,
    [`${projectRoot}bench/peers/peers.py`, task, ...sizes.map(String)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return status === 0 ? (JSON.parse(stdout) as PeerTime) : null;
}

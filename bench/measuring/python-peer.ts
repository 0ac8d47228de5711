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
export function pythonPeer(task: string, ...of: readonly (number | string)[]): PeerTime | null {
  return timedScript('peers.py', [task, ...of.map(String)]);
}

/**
 * Time that a peer takes to encode a folder of images, out of the clone that an environment variable names:
 * STEADFID_PYTORCH_FID or STEADFID_TORCH_FIDELITY; null without.
 */
export function encodingPeer(peer: 'pytorch-fid' | 'torch-fidelity', folder: string): PeerTime | null {
  const clone = process.env[`STEADFID_${peer.toUpperCase().replace('-', '_')}`];
  return clone === undefined ? null : timedScript('encode.py', [peer, clone, folder]);
}

function timedScript(script: string, words: readonly string[]): PeerTime | null {
  const python = process.env['STEADFID_PYTHON'];
  if (python === undefined) return null;
  const { stdout, status } = spawnSync(python, [`${projectRoot}bench/peers/${script}`, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return status === 0 ? (JSON.parse(stdout.trim().split('\n').at(-1)!) as PeerTime) : null;
}

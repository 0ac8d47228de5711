import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the suite keeps what it can make again: a folder of its own in the system's place for caches. */
export function userCacheFolder(): string {
  const { env, platform } = process;
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'steadfid');
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'steadfid', 'Cache');
  }
  return platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'steadfid')
    : join(homedir(), '.cache', 'steadfid');
}

/**
 * Where checkpoints and their ONNX files live.
 *
 * @param given  what `--models` says; then STEADFID_MODELS; then the user's cache folder
 */
export function modelsFolder(given?: string): string {
  return given ?? (process.env['STEADFID_MODELS'] || join(userCacheFolder(), 'models'));
}

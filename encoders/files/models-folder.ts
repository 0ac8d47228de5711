import { join } from 'node:path';
import { userCacheFolder } from './user-cache-folder.js';

/**
 * Where checkpoints and their ONNX files live.
 *
 * @param given  what `--models` says; then STEADFID_MODELS; then the user's cache folder
 */
export function modelsFolder(given?: string): string {
  return given ?? (process.env['STEADFID_MODELS'] || join(userCacheFolder(), 'models'));
}

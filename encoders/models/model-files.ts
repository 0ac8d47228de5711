import { join } from 'node:path';
import type { OfficialEncoder } from '../networks/encoder-catalog.js';

/** Where a published network's files are in a models folder. */
export interface ModelFiles {
  readonly checkpoint: string;
  readonly onnx: string;
}

export function modelFiles({ id, checkpoint }: OfficialEncoder, folder: string): ModelFiles {
  return { checkpoint: join(folder, checkpoint.file), onnx: join(folder, `${id}.onnx`) };
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OfficialEncoder, officialEncoder } from '../../encoders/networks/encoder-catalog.js';
import { projectRoot } from './project.js';

/** A tiny CLIP in OpenAI's format (test/reference/networks.py). */
export const TINY_CLIP_PATH = join(projectRoot, 'test/reference/checkpoints/clip-tiny.pt');
export const TINY_CLIP_BYTES: Uint8Array = readFileSync(TINY_CLIP_PATH);

/** A catalog's record that publishes it, at an address. */
export function tinyClip(url = 'http://127.0.0.1:9/clip-tiny.pt'): OfficialEncoder {
  return {
    ...officialEncoder('clip-vit-b-32'),
    id: 'clip-tiny',
    dimensions: 32,
    checkpoint: {
      file: 'clip-tiny.pt',
      url,
      sha256: createHash('sha256').update(TINY_CLIP_BYTES).digest('hex'),
      sizeBytes: TINY_CLIP_BYTES.length,
      hashSource: 'this test',
    },
  };
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';

/** A deterministic stand-in for trained weights: sines of the index, so that no two are alike. */
function weights(length: number, phase: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(1.3 * i + phase) / 8);
}

/**
 * A real, tiny network on images of any size: convolution, ReLU and global mean to `features` (n, 8), a linear layer
 * to `logits` (n, 4).
 */
export function tinyNetwork(): Promise<Uint8Array> {
  const graph = new GraphBuilder({ name: 'tiny' });
  const images = graph.input('images', { type: 'float32', shape: ['n', 3, 'height', 'width'] });
  const kernel = graph.constant('kernel', { type: 'float32', shape: [8, 3, 3, 3], data: weights(216, 0) });
  const classes = graph.constant('classes', { type: 'float32', shape: [8, 4], data: weights(32, 1) });
  const convolved = graph.node('Relu', [graph.node('Conv', [images, kernel], { pads: [1n, 1n, 1n, 1n] })]);
  const features = graph.node('Flatten', [graph.node('GlobalAveragePool', [convolved])]);
  graph.output('features', features, { type: 'float32', shape: ['n', 8] });
  graph.output('logits', graph.node('MatMul', [features, classes]), { type: 'float32', shape: ['n', 4] });
  return modelBytes(graph.model());
}

export const TINY_SIDECAR = {
  id: 'tiny',
  input: 'images',
  outputs: { embeddings: 'features', logits: 'logits' },
  preprocessing: { resize: 16, resample: 'pillow-bicubic', crop: 'none', range: '-1..1' },
};

/** `tiny.onnx` and `tiny.json` in a folder; the sidecar with the changes given. */
export async function writeTinyEncoder(folder: string, changes: object = {}): Promise<string> {
  const path = join(folder, 'tiny.onnx');
  writeFileSync(path, await tinyNetwork());
  writeFileSync(join(folder, 'tiny.json'), JSON.stringify({ ...TINY_SIDECAR, ...changes }));
  return path;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { TINY_SIDECAR } from './tiny-network.js';

const SIDE = 3000;
const PRODUCTS = 40;

/** Writes `slow.onnx` and its sidecar: a network that multiplies large matrices for half a minute of processor time in each batch. */
export async function writeSlowEncoder(folder: string): Promise<string> {
  const graph = new GraphBuilder({ name: 'slow' });
  const images = graph.input('images', { type: 'float32', shape: ['n', 3, 'height', 'width'] });
  const features = graph.node('Flatten', [graph.node('GlobalAveragePool', [images])]);
  const side = graph.constant('side', {
    type: 'int64',
    shape: [2],
    data: BigInt64Array.of(BigInt(SIDE), BigInt(SIDE)),
  });
  const level = graph.node('ReduceMax', [features], { keepdims: 0n });
  let matrix = graph.node('Expand', [level, side]); // of the images, so that it is not computed when the network is opened
  for (let i = 0; i < PRODUCTS; i++) matrix = graph.node('MatMul', [matrix, matrix]);
  const nothing = graph.node('Mul', [
    graph.node('Sign', [graph.node('ReduceMax', [matrix], { keepdims: 0n })]),
    graph.scalar(0),
  ]);
  graph.output('features', graph.node('Add', [features, nothing]), { type: 'float32', shape: ['n', 3] });
  const path = join(folder, 'slow.onnx');
  writeFileSync(path, await modelBytes(graph.model()));
  writeFileSync(
    join(folder, 'slow.json'),
    JSON.stringify({ ...TINY_SIDECAR, id: 'slow', outputs: { embeddings: 'features' } }),
  );
  return path;
}

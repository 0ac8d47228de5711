import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';

/** A network of one layer whose weights are in the file named, wherever that is. */
export function externalNetwork(location: string): Promise<Uint8Array> {
  const graph = new GraphBuilder({ name: 'a' });
  const images = graph.input('images', { type: 'float32', shape: ['n', 3, 'height', 'width'] });
  const kernel = graph.constant('kernel', {
    type: 'float32',
    shape: [512, 3, 1, 1],
    data: new Float32Array(1536).fill(1),
  });
  const convolved = graph.node('Conv', [images, kernel]);
  const features = graph.node('Flatten', [graph.node('GlobalAveragePool', [convolved])]);
  graph.output('features', features, { type: 'float32', shape: ['n', 512] });
  return modelBytes(graph.model({ externalData: { file: location } }));
}

export const SIDECAR = JSON.stringify({
  id: 'a',
  input: 'images',
  outputs: { embeddings: 'features' },
  preprocessing: { resize: 16, resample: 'pillow-bicubic', crop: 'none', range: '-1..1' },
});

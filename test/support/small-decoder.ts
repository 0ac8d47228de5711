import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { formulaValues } from './formula-network.js';

/** Weights of the small decoder, (3, channels). */
export function smallDecoderWeights(channels: number): Float32Array {
  return formulaValues(77, { shape: [3, channels], scale: 0.8 });
}

/**
 * Writes `decoder.onnx`: pixel (y, x) of latents (n, channels, side, side) is A·z at (⌊y/2⌋, ⌊x/2⌋), 3 channels; `curved`: its hyperbolic tangent.
 * Returns its path.
 */
export async function writeSmallDecoder(
  folder: string,
  {
    channels,
    imageSize = 8,
    kind = 'linear',
  }: { readonly channels: number; readonly imageSize?: number; readonly kind?: 'linear' | 'curved' },
): Promise<string> {
  const graph = new GraphBuilder({ name: 'small-decoder' });
  const latents = graph.input('latents', { type: 'float32', shape: ['n', channels, imageSize, imageSize] });
  const weight = graph.constant('weight', {
    type: 'float32',
    shape: [3, channels, 1, 1],
    data: smallDecoderWeights(channels),
  });
  const scales = graph.constant('scales', {
    type: 'float32',
    shape: [4],
    data: Float32Array.of(1, 1, 2, 2),
  });
  const small = graph.node('Conv', [latents, weight]);
  const large = graph.node('Resize', [small, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  graph.output('images', kind === 'curved' ? graph.node('Tanh', [large]) : large, {
    type: 'float32',
    shape: ['n', 3, 2 * imageSize, 2 * imageSize],
  });
  const path = join(folder, 'decoder.onnx');
  writeFileSync(path, await modelBytes(graph.model()));
  return path;
}

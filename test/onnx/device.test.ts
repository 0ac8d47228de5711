import { expect, test } from 'vitest';
import { deviceFailure } from '../../onnx/device.js';

test.each([
  ['Failed to allocate memory for requested buffer of size 8589934592', 'memory'],
  ['CUDA failure 2: out of memory ; GPU=0', 'memory'],
  ['VK_ERROR_OUT_OF_DEVICE_MEMORY', 'memory'],
  ['WebGPU device lost (2): Device was destroyed.', 'lost'],
  ['vkQueueSubmit failed with VK_ERROR_DEVICE_LOST', 'lost'],
  ['CUDA failure 719: unspecified launch failure', 'lost'],
  ["input 'b' is missing in 'feeds'", 'inputs'],
  ['Got invalid dimensions for input: images for the following indices', 'inputs'],
  ['Non-zero status code returned while running Conv node', 'other'],
] as const)('%s: %s', (message, kind) => {
  expect(deviceFailure(message)).toBe(kind);
});

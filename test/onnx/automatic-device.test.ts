import { expect, test } from 'vitest';
import { automaticCandidates, isRealGpu } from '../../onnx/automatic-device.js';
import type { Device } from '../../onnx/device.js';

const AVAILABLE: readonly Device[] = ['cpu', 'cuda', 'coreml', 'webgpu'];

test('a Linux machine without files of a GPU tries nothing, one with NVIDIA’s tries CUDA first', () => {
  const candidates = (gpuFiles: readonly string[], available = AVAILABLE) =>
    automaticCandidates({ platform: 'linux', gpuFiles, available });
  expect(candidates([])).toEqual([]);
  expect(candidates(['renderD128'])).toEqual(['webgpu']);
  expect(candidates(['nvidia0', 'renderD128'])).toEqual(['cuda', 'webgpu']);
  expect(candidates(['nvidia0'], ['cpu', 'webgpu'])).toEqual(['webgpu']);
});

test('Windows tries CUDA and WebGPU, a Mac WebGPU and then Core ML', () => {
  const candidates = (platform: NodeJS.Platform) =>
    automaticCandidates({ platform, gpuFiles: null, available: AVAILABLE });
  expect(candidates('win32')).toEqual(['cuda', 'webgpu']);
  expect(candidates('darwin')).toEqual(['webgpu', 'coreml']);
});

test('a device is a GPU only where everything says so', () => {
  const gpu = { kind: 'gpu', vendor: 'Intel' } as const;
  const works = {
    kind: 'works',
    log: { hardware: [gpu], leftToCpu: [] },
    openGpus: ['/dev/dri/renderD128'],
  } as const;
  const isReal = (changes: object) => isRealGpu('webgpu', { ...works, ...changes });
  expect(isReal({})).toBe(true);
  expect(isReal({ openGpus: null })).toBe(true);
  expect(isReal({ openGpus: [] })).toBe(false);
  expect(isReal({ log: { hardware: [{ ...gpu, kind: 'cpu' }], leftToCpu: [] } })).toBe(false);
  expect(isReal({ log: { hardware: null, leftToCpu: [] } })).toBe(false);
  for (const leftToCpu of [null, 'all', ['Conv']])
    expect(isReal({ log: { hardware: [gpu], leftToCpu } })).toBe(false);
  expect(isRealGpu('webgpu', { kind: 'fails' })).toBe(false);
  expect(isRealGpu('cpu', works)).toBe(false);
});

test('CUDA that runs is a GPU, whatever the log says', () => {
  expect(isRealGpu('cuda', { kind: 'works', log: { hardware: null, leftToCpu: null }, openGpus: [] })).toBe(
    true,
  );
  expect(isRealGpu('cuda', { kind: 'fails' })).toBe(false);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { relativeDifference } from '../../encoders/device-agreement.js';
import { isRealGpu } from '../../onnx/automatic-device.js';
import type { Device } from '../../onnx/device.js';
import { GraphBuilder } from '../../onnx/graph-builder.js';
import { modelBytes } from '../../onnx/onnx-model.js';
import { probeDevice } from '../../onnx/probe-device.js';
import { softwareGpuEnvironment, softwareGpuPath } from '../support/software-gpu.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Two determinants, which WebGPU does not have, and what it has around them. */
async function determinants(): Promise<string> {
  const graph = new GraphBuilder({ name: 'determinants' });
  const matrices = graph.input('matrices', { type: 'float32', shape: ['n', 2, 2] });
  const det = graph.node('Det', [graph.node('Relu', [matrices])]);
  graph.output('sum', graph.node('Add', [det, graph.node('Det', [matrices])]), {
    type: 'float32',
    shape: ['n'],
  });
  const path = join(temporaryFolder(), 'determinants.onnx');
  writeFileSync(path, await modelBytes(graph.model()));
  return path;
}

test('the CPU works in a process of its own: its log is read, and its speed is counted without one', async () => {
  const read = await probeDevice({ device: 'cpu' });
  expect(read).toMatchObject({ kind: 'works', runs: 0 });
  if (read.kind === 'works') expect(read.log.hardware?.map(({ kind }) => kind)).toContain('cpu');
  const counted = await probeDevice({ device: 'cpu', countMs: 1 });
  expect(counted).toMatchObject({ kind: 'works', log: { hardware: null, leftToCpu: null } });
  if (counted.kind === 'works') expect(counted.runs).toBeGreaterThan(0);
});

test('a device that is not there fails with what to do', async () => {
  const device: Device = process.platform === 'win32' ? 'coreml' : 'dml';
  const probed = await probeDevice({ device });
  expect(probed.kind === 'fails' && probed.error.message).toMatch(
    /^device \w+: must be one that .* Use the device cpu\.$/,
  );
});

const driver = process.platform === 'linux' ? softwareGpuPath() : null;

test.skipIf(driver === null)(
  'WebGPU in software agrees with the CPU to 1e-4, is no GPU, and leaves determinants to the CPU (skipped where no SwiftShader is)',
  async () => {
    const before = { ...process.env };
    Object.assign(process.env, softwareGpuEnvironment(driver!, temporaryFolder()));
    onTestFinished(() => {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    });
    const webgpu = await probeDevice({ device: 'webgpu' });
    const cpu = await probeDevice({ device: 'cpu' });
    if (webgpu.kind === 'fails') throw webgpu.error;
    if (cpu.kind === 'fails') throw cpu.error;
    const [values, reference] = [webgpu, cpu].map(
      ({ outputs }) => outputs['embeddings']!.data as Float32Array,
    );
    expect(relativeDifference(values!, reference!)).toBeLessThan(1e-4);
    expect(webgpu.log.leftToCpu).toEqual([]);
    expect(webgpu.openGpus).toEqual([]);
    expect(isRealGpu('webgpu', webgpu)).toBe(false);
    const feeds = { matrices: { dims: [1, 2, 2], data: Float32Array.of(2, 0, 0, 3) } };
    const mixed = await probeDevice({ device: 'webgpu', network: { path: await determinants(), feeds } });
    if (mixed.kind === 'fails') throw mixed.error;
    expect([...mixed.outputs['sum']!.data]).toEqual([12]);
    expect(mixed.log.leftToCpu).toEqual(['Det']);
  },
);

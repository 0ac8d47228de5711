import { expect, test } from 'vitest';
import { nvidiaGpus } from '../../cli/commands/devices-run.js';
import { choiceText } from '../../cli/shared-options.js';
import { openNpz } from '../../encoders/files/npz.js';
import { devicesSchema } from '../../reports/files/json-formats.js';
import { writeCommandFiles } from '../support/command-files.js';
import { runCommand } from '../support/run-command.js';
import { softwareGpuEnvironment, softwareGpuPath } from '../support/software-gpu.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeTinyEncoder } from '../support/tiny-network.js';

test('the lines of nvidia-smi are names and bytes of memory, and its complaints are none', () => {
  expect(nvidiaGpus('NVIDIA H200, 143771 MiB\nTesla T4, 15360 MiB\n')).toEqual([
    { name: 'NVIDIA H200', memoryBytes: 143771 * 2 ** 20 },
    { name: 'Tesla T4', memoryBytes: 16_106_127_360 },
  ]);
  expect(nvidiaGpus('NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.')).toEqual(
    [],
  );
});

async function devicesOf(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cwd = temporaryFolder();
  await writeTinyEncoder(cwd);
  const full = ['devices', '--encoder', 'tiny.onnx', '--seconds', '0.1', ...words];
  const { code, stdout, stderr } = await runCommand(full, { cwd, env });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

test('the CPU works, and every device that does not says why', async () => {
  const found = devicesSchema.parse(JSON.parse(await devicesOf(['--json'])));
  const [cpu, ...others] = found.devices;
  expect(cpu).toMatchObject({ device: 'cpu', state: 'works', reason: null, difference: 0, leftToCpu: [] });
  expect(cpu!.imagesPerSecond).toBeGreaterThan(0);
  expect(cpu!.memoryBytes).toBeGreaterThan(0);
  for (const { state, reason } of others)
    if (state === 'fails')
      expect(reason).toMatch(/must be one that ONNX Runtime can use here; got .*\. Use /);
  expect(found.encoder).toBe('tiny');
});

test('where an encoder runs is said of every device but a CPU that nobody asked about', () => {
  const cpu = { encoder: 'tiny', device: 'cpu', difference: null, refused: [] } as const;
  expect(choiceText({ ...cpu, device: 'webgpu', difference: 2.5e-7 }, undefined)).toBe(
    'tiny runs on webgpu: embeddings of test images are within 2.5e-7 of the CPU’s',
  );
  expect(choiceText(cpu, undefined)).toBe(null);
  expect(choiceText(cpu, 'auto')).toBe('tiny runs on the CPU: there is no GPU');
  const refused = [{ device: 'webgpu', reason: 'no adapter.' }] as const;
  expect(choiceText({ ...cpu, refused }, undefined)).toBe(null);
  expect(choiceText({ ...cpu, refused }, 'auto')).toBe('tiny runs on the CPU. webgpu: no adapter.');
});

const driver = process.platform === 'linux' ? softwareGpuPath() : null;

test.skipIf(driver === null)(
  'encode on WebGPU in software says so, with the difference from the CPU, and keeps both in the file (skipped where no SwiftShader is)',
  async () => {
    const cwd = temporaryFolder();
    await writeCommandFiles(cwd);
    const env = softwareGpuEnvironment(driver!, cwd);
    const words = 'encode generated --encoder tiny.onnx --no-cache --device webgpu -o a.npz'.split(' ');
    const { code, stderr } = await runCommand(words, { cwd, env });
    expect(stderr).toMatch(
      /^tiny runs on webgpu: embeddings of test images are within \d\.\de-\d+ of the CPU’s\n/,
    );
    expect(stderr).toContain('embeddings of tiny are of the device webgpu, within ');
    expect(code).toBe(0);
    const npz = await openNpz(`${cwd}/a.npz`);
    const { device, deviceDifference } = JSON.parse(await npz.text('provenance.json'));
    await npz.close();
    expect(device).toBe('webgpu');
    expect(deviceDifference).toBeLessThan(1e-4);
  },
);

import { expect, test } from 'vitest';
import { deviceLog, LOGGED_BY } from '../../onnx/device-log.js';
import { projectFile } from '../support/project.js';

const STAMP = '2026-11-30 21:20:19.131424358';
const CPU = `${STAMP} [I:onnxruntime:onnxruntime-node, device_discovery_common.cc:34 operator()] Discovered OrtHardwareDevice {vendor_id:0x1022, device_id:0x0, vendor:AMD, type:0, metadata: []}`;
const GPU = `${STAMP} [I:onnxruntime:onnxruntime-node, device_discovery_common.cc:34 operator()] Discovered OrtHardwareDevice {vendor_id:0x10de, device_id:0x2335, vendor:, type:1, metadata: [Discrete=1]}`;

/** A line of the placement, as ONNX Runtime stamps it. */
function placed(line: number, words: string): string {
  return `${STAMP} [V:onnxruntime:, session_state.cc:${line} VerifyEachNodeIsAssignedToAnEp] ${words}`;
}

const WHOLE = [
  placed(1377, 'Node placements'),
  placed(1380, ' All nodes placed on [WebGpuExecutionProvider]. Number of nodes: 12'),
].join('\n');

/** Of a graph with two determinants, which WebGPU does not have. */
const MIXED = [
  placed(1377, 'Node placements'),
  placed(1383, ' Node(s) placed on [CPUExecutionProvider]. Number of nodes: 2'),
  placed(1385, '  Det (Det_2)'),
  placed(1385, '  Det (Det_4)'),
  placed(1383, ' Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 7'),
  placed(1385, '  Relu (Relu_1)'),
  placed(1385, '  Abs (Abs_3)'),
  placed(1385, '  Add (Add_5)'),
  placed(1385, '  MemcpyFromHost (Memcpy)'),
  placed(1385, '  MemcpyToHost (Memcpy_token_1)'),
  placed(
    1397,
    'Some nodes were not assigned to the preferred execution providers which may or may not have an negative impact on performance.',
  ),
].join('\n');

test('the log is read in the words of the ONNX Runtime that the package asks for', () => {
  const { dependencies } = JSON.parse(projectFile('package.json'));
  expect(dependencies['onnxruntime-node']).toBe(LOGGED_BY);
});

test('hardware is found by kind, and by the vendor’s number where it has no name', () => {
  expect(deviceLog(CPU).hardware).toEqual([{ kind: 'cpu', vendor: 'AMD' }]);
  expect(deviceLog(`${CPU}\nother words\n${GPU}`).hardware).toEqual([
    { kind: 'cpu', vendor: 'AMD' },
    { kind: 'gpu', vendor: 'NVIDIA' },
  ]);
});

test('a network wholly on a device leaves nothing to the CPU, and one wholly on the CPU everything', () => {
  expect(deviceLog(WHOLE).leftToCpu).toEqual([]);
  expect(deviceLog(WHOLE.replace('WebGpu', 'CPU')).leftToCpu).toBe('all');
});

test('operators left to the CPU are named once, and the last session counts', () => {
  expect(deviceLog(MIXED).leftToCpu).toEqual(['Det']);
  expect(deviceLog(`${WHOLE}\n${MIXED}`).leftToCpu).toEqual(['Det']);
  expect(deviceLog(`${MIXED}\n${WHOLE}`).leftToCpu).toEqual([]);
});

test('other words say nothing: neither a GPU nor a whole placement', () => {
  for (const text of [
    '',
    'All nodes placed on [WebGpuExecutionProvider]',
    GPU.replace('Discovered', 'Found'),
  ])
    expect(deviceLog(text)).toEqual({ hardware: null, leftToCpu: null });
  expect(deviceLog(GPU.replace('type:1', 'type:7')).hardware).toBe(null);
  expect(deviceLog(placed(1377, 'Node placements')).leftToCpu).toBe(null);
});

/** Where a network runs; everything but `cpu` needs an ONNX Runtime that was built with it. */
export const DEVICES = ['cpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const;
export type Device = (typeof DEVICES)[number];

/** Why a network did not run on a device: `inputs` are the caller's fault, everything else is the device's. */
export type DeviceFailure = 'inputs' | 'memory' | 'lost' | 'other';

const MEMORY = /out[ _]?of[ _]?(device[ _]|host[ _])?memory|failed to allocate|bad alloc|alloc_failed/i;
const LOST =
  /device (is |was |has been )?(lost|removed|hung|reset|destroyed)|device_?(lost|removed|hung)|launch failure|illegal (memory access|address)|dropped|no longer available/i;
const INPUTS =
  /missing in 'feeds'|invalid dimensions for input|invalid rank for input|unexpected input data type|invalid (feed )?input name/i;

/** Reads the message of ONNX Runtime, which has no codes for it. */
export function deviceFailure(message: string): DeviceFailure {
  if (MEMORY.test(message)) return 'memory';
  if (LOST.test(message)) return 'lost';
  return INPUTS.test(message) ? 'inputs' : 'other';
}

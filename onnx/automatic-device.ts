import type { Device } from './device.js';
import type { DeviceLog } from './device-log.js';

/** What a machine is known to have before anything is tried. */
export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  /** names of the files by which a Linux process reaches GPUs; null where the system has no such files */
  readonly gpuFiles: readonly string[] | null;
  /** devices that the ONNX Runtime at hand was built with */
  readonly available: readonly Device[];
}

/**
 * The devices that `auto` tries, in this order; none where there is no GPU.
 *
 * On a Mac WebGPU is before Core ML, which may compute in float16.
 */
export function automaticCandidates({ platform, gpuFiles, available }: MachineFacts): readonly Device[] {
  if (gpuFiles?.length === 0) return [];
  const mayHaveCuda = gpuFiles === null || gpuFiles.some((name) => /^(nvidia|dxg)/.test(name));
  const order: readonly Device[] =
    platform === 'darwin' ? ['webgpu', 'coreml'] : [...(mayHaveCuda ? (['cuda'] as const) : []), 'webgpu'];
  return order.filter((device) => available.includes(device));
}

/**
 * Whether a device that was tried is a GPU beyond doubt. CUDA has no software behind it; of the others ONNX Runtime must have found a
 * GPU, must have put the whole network there, and on Linux the process must hold the file of one open. What the log does not say counts
 * against it.
 */
export function isRealGpu(
  device: Device,
  probed:
    | { readonly kind: 'works'; readonly log: DeviceLog; readonly openGpus: readonly string[] | null }
    | { readonly kind: 'fails' },
): boolean {
  if (probed.kind === 'fails' || device === 'cpu') return false;
  if (device === 'cuda') return true;
  const { hardware, leftToCpu } = probed.log;
  const isWhole = Array.isArray(leftToCpu) && leftToCpu.length === 0;
  return isWhole && hardware?.some(({ kind }) => kind === 'gpu') === true && probed.openGpus?.length !== 0;
}

import { fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { automaticCandidates, isRealGpu } from './automatic-device.js';
import type { Device } from './device.js';
import { type DeviceLog, deviceLog } from './device-log.js';
import type { ProbeReply, ProbeRequest } from './device-probe.js';
import { availableDevices } from './onnx-session.js';
import { thrownError } from './portable-error.js';

const PROBE = fileURLToPath(new URL('./device-probe.js', import.meta.url));

/** A driver that hangs is one that does not work; a first run compiles the device's programs. */
const LIMIT_MS = 300_000;

/** What came of trying a device. */
export type ProbedDevice =
  | (Extract<ProbeReply, { readonly kind: 'works' }> & { readonly log: DeviceLog })
  | { readonly kind: 'fails'; readonly error: Error };

/**
 * Runs a network on a device, in a process of its own: a driver that crashes takes no more with it, and what it prints is read here.
 */
export function probeDevice(request: ProbeRequest): Promise<ProbedDevice> {
  const child = fork(PROBE, {
    env: { ...process.env },
    execArgv: [],
    serialization: 'advanced', // typed arrays as they are
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  let reply: ProbeReply | undefined;
  let isLate = false;
  const timer = setTimeout(
    () => {
      isLate = true;
      child.kill('SIGKILL');
    },
    LIMIT_MS + (request.countMs ?? 0),
  );
  return new Promise((resolve) => {
    child.on('message', (message: ProbeReply) => {
      reply = message;
    });
    child.on('error', (error) => resolve({ kind: 'fails', error }));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (reply?.kind === 'works') resolve({ ...reply, log: deviceLog(text) });
      else if (reply?.kind === 'error') resolve({ kind: 'fails', error: thrownError(reply.error) });
      else {
        const end = isLate ? `did not answer within ${LIMIT_MS / 1000} s` : `ended by ${signal ?? code}`;
        resolve({
          kind: 'fails',
          error: new Error(`device ${request.device}: the process that tried it ${end}.`),
        });
      }
    });
    child.send(request, () => {});
  });
}

/** Files by which Linux gives a process its GPUs; null on other systems. */
function gpuFiles(): readonly string[] | null {
  if (process.platform !== 'linux') return null;
  const named = (folder: string, names: RegExp): readonly string[] =>
    existsSync(folder) ? readdirSync(folder).filter((name) => names.test(name)) : [];
  return [...named('/dev', /^(nvidia\d+|dxg)$/), ...named('/dev/dri', /^renderD\d+$/)];
}

/** What `auto` stands for on this machine, and why. */
export interface AutomaticDevice {
  readonly device: Device;
  /** devices that were tried before, and why they were not taken */
  readonly refused: readonly { readonly device: Device; readonly reason: string }[];
}

let automatic: Promise<AutomaticDevice> | undefined;

/** The device that `auto` stands for; looked for once in a process, and without a try where there is no GPU at all. */
export function automaticDevice(): Promise<AutomaticDevice> {
  automatic ??= firstRealGpu();
  return automatic;
}

async function firstRealGpu(): Promise<AutomaticDevice> {
  const { platform } = process;
  const files = gpuFiles();
  const refused: { readonly device: Device; readonly reason: string }[] = [];
  if (files?.length === 0) return { device: 'cpu', refused };
  for (const device of automaticCandidates({
    platform,
    gpuFiles: files,
    available: await availableDevices(),
  })) {
    const probed = await probeDevice({ device });
    if (isRealGpu(device, probed)) return { device, refused };
    const reason =
      probed.kind === 'fails' ? probed.error.message : 'nothing says that it is a GPU and no software';
    refused.push({ device, reason });
  }
  return { device: 'cpu', refused };
}

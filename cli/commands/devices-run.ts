import { execFile } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { defined } from '../../defined.js';
import {
  AGREEMENT_IMAGES,
  DEVICE_TOLERANCE,
  networkInput,
  patternImages,
  relativeDifference,
} from '../../encoders/device-agreement.js';
import { defaultBatchSize } from '../../encoders/encoded-batches.js';
import { encoderChoice } from '../../encoders/encoder-choice.js';
import { sizeText } from '../../encoders/missing-model.js';
import { chosenNetwork } from '../../encoders/open-chosen-encoder.js';
import { readSidecar } from '../../encoders/open-encoder.js';
import { EvaluationError } from '../../errors.js';
import { numberText } from '../../numerics/number-text.js';
import type { Device } from '../../onnx/device.js';
import { availableDevices, openSession, type Tensor } from '../../onnx/onnx-session.js';
import { automaticDevice, type ProbedDevice, probeDevice } from '../../onnx/probe-device.js';
import { strictJson, type TriedDevice, type TriedDevices } from '../../reports/files/json-formats.js';
import { tableText } from '../../reports/text/text-tables.js';
import type { CommandInput, Outcome } from '../command.js';
import { pulling, requireEncoder, type Terminal } from '../terminal.js';
import type { DEVICES_FLAGS } from './devices.js';

/** A GPU as its vendor's program names it. */
interface NamedGpu {
  readonly name: string;
  readonly memoryBytes: number;
}

/** The lines of `nvidia-smi --query-gpu=name,memory.total --format=csv,noheader`: `NVIDIA H200, 143771 MiB`. */
export function nvidiaGpus(text: string): readonly NamedGpu[] {
  return [...text.matchAll(/^(.+), (\d+) MiB\s*$/gm)].map(([, name, mebibytes]) => ({
    name: name!,
    memoryBytes: Number(mebibytes) * 2 ** 20,
  }));
}

async function readNvidiaGpus(): Promise<readonly NamedGpu[]> {
  const words = ['--query-gpu=name,memory.total', '--format=csv,noheader'];
  try {
    return nvidiaGpus((await promisify(execFile)('nvidia-smi', words, { timeout: 10_000 })).stdout);
  } catch {
    return []; // not there, or without a GPU
  }
}

/** What a device is made of, as far as anything says so. */
function hardwareOf(
  device: Device,
  probed: ProbedDevice,
  named: readonly NamedGpu[],
): Pick<TriedDevice, 'hardware' | 'memoryBytes'> {
  if (device === 'cpu') return { hardware: cpus()[0]?.model.trim() ?? null, memoryBytes: totalmem() };
  const unknown = { hardware: null, memoryBytes: null };
  if (probed.kind === 'fails') return unknown;
  const found = probed.log.hardware?.filter(({ kind }) => kind === 'gpu') ?? [];
  const isNvidia = device === 'cuda' || found.some(({ vendor }) => /nvidia/i.test(vendor));
  const [first] = named;
  if (isNvidia && first !== undefined) return { hardware: first.name, memoryBytes: first.memoryBytes };
  if (device !== 'cuda' && probed.openGpus?.length === 0) return { hardware: 'software', memoryBytes: null };
  return found.length === 0 ? unknown : { hardware: `${found[0]!.vendor} GPU`, memoryBytes: null };
}

interface TriedNetwork {
  readonly path: string;
  readonly output: string;
  readonly threads: number | undefined;
  /** @returns feeds of n images */
  readonly feeds: (n: number) => Readonly<Record<string, Tensor>>;
  readonly batchSize: number;
}

async function openTried(path: string, threads: number | undefined): Promise<TriedNetwork> {
  const { input, outputs, preprocessing } = await readSidecar(path);
  const session = await openSession(path);
  const declared = session.inputs.find(({ name }) => name === input)?.dims ?? [];
  await session.close();
  const shape = networkInput(preprocessing, declared);
  return {
    path,
    output: outputs.embeddings,
    threads,
    feeds: (n) => ({
      [input]: {
        dims: [n, shape.channels, shape.height, shape.width],
        data: patternImages(n, shape, preprocessing),
      },
    }),
    batchSize: defaultBatchSize(preprocessing),
  };
}

function tryDevice(
  device: Device,
  { path, feeds, threads }: TriedNetwork,
  { n, countMs }: { readonly n: number; readonly countMs?: number },
): Promise<ProbedDevice> {
  return probeDevice({ device, network: { path, feeds: feeds(n) }, ...defined({ threads, countMs }) });
}

/** The reason in one line; an error that is not ours has none to show but its message. */
function reasonOf(error: Error): string {
  return error instanceof EvaluationError ? error.fact : error.message;
}

async function triedDevices(network: TriedNetwork, seconds: number, terminal: Terminal) {
  const named = await readNvidiaGpus();
  const tried: { readonly device: Device; readonly probed: ProbedDevice }[] = [];
  const available = await availableDevices();
  for (const device of available) {
    terminal.progress.show({
      task: `trying ${device}`,
      done: tried.length,
      total: available.length,
      unit: 'devices',
    });
    tried.push({ device, probed: await tryDevice(device, network, { n: AGREEMENT_IMAGES }) });
  }
  const onCpu = tried.find(({ device }) => device === 'cpu')!.probed;
  if (onCpu.kind === 'fails') throw onCpu.error;
  const embeddings = ({ outputs }: Extract<ProbedDevice, { readonly kind: 'works' }>) =>
    outputs[network.output]!.data as Float32Array;
  const working = tried.filter(({ probed }) => probed.kind === 'works').length;
  const found: TriedDevice[] = [];
  for (const { device, probed } of tried) {
    const hardware = hardwareOf(device, probed, named);
    const nothing = { difference: null, imagesPerSecond: null, leftToCpu: null };
    if (probed.kind === 'fails') {
      found.push({ device, state: 'fails', reason: reasonOf(probed.error), ...hardware, ...nothing });
      continue;
    }
    terminal.progress.show({
      task: `measuring ${device}`,
      done: found.length,
      total: tried.length,
      unit: 'devices',
    });
    const { batchSize } = network;
    const measured = await tryDevice(device, network, { n: batchSize, countMs: (1000 * seconds) / working });
    const difference = relativeDifference(embeddings(probed), embeddings(onCpu));
    const agrees = difference <= DEVICE_TOLERANCE;
    found.push({
      device,
      state: agrees ? 'works' : 'differs',
      reason: agrees ? null : `embeddings must be within ${DEVICE_TOLERANCE} of the CPU’s`,
      ...hardware,
      difference: Number.isFinite(difference) ? difference : null,
      imagesPerSecond:
        measured.kind === 'works' ? (1000 * batchSize * measured.runs) / measured.elapsedMs : null,
      leftToCpu: device === 'cpu' ? [] : probed.log.leftToCpu,
    });
  }
  terminal.progress.clear();
  return found;
}

/** What `--device auto` takes for this network, and why. */
async function automatic(tried: readonly TriedDevice[]): Promise<Pick<TriedDevices, 'auto' | 'autoReason'>> {
  const { device, refused } = await automaticDevice();
  const { state, reason } = tried.find((one) => one.device === device) ?? { state: 'works', reason: null };
  if (device !== 'cpu' && state !== 'works') return { auto: 'cpu', autoReason: `${device}: ${reason}` };
  if (device !== 'cpu') return { auto: device, autoReason: 'a GPU that agrees with the CPU' };
  const reasons = refused.map((one) => `${one.device}: ${one.reason}`);
  return { auto: 'cpu', autoReason: reasons.length === 0 ? 'there is no GPU' : reasons.join('; ') };
}

function leftText({ device, leftToCpu }: TriedDevice): string {
  if (leftToCpu === null) return `${device}: which operators are left to the CPU is not known`;
  if (leftToCpu === 'all') return `${device}: every operator is left to the CPU`;
  return `${device}: ${leftToCpu.length === 0 ? 'no operator is left to the CPU' : `left to the CPU: ${leftToCpu.join(', ')}`}`;
}

function devicesText({ auto, autoReason, encoder, devices }: TriedDevices): string {
  const lines = tableText({
    header: ['device', 'state', 'hardware', 'memory', 'from the CPU', 'images/s'],
    rows: devices.map(({ device, state, hardware, memoryBytes, difference, imagesPerSecond }) => [
      device,
      state,
      hardware ?? (state === 'fails' ? '' : 'unknown'),
      memoryBytes === null ? (state === 'fails' ? '' : 'unknown') : sizeText(memoryBytes),
      device === 'cpu' || state === 'fails'
        ? ''
        : difference === null
          ? 'not finite'
          : difference.toExponential(1),
      imagesPerSecond === null ? '' : numberText(imagesPerSecond),
    ]),
    align: ['left', 'left', 'left', 'right', 'right', 'right'],
  });
  const others = devices.filter(({ device }) => device !== 'cpu');
  return [
    `--device auto takes ${auto}: ${autoReason}`,
    '',
    ...lines,
    '',
    ...others.flatMap(({ device, reason }) => (reason === null ? [] : [`${device}: ${reason}`])),
    ...others.filter(({ state }) => state !== 'fails').map(leftText),
    `Measured with ${encoder}. For published numbers --device cpu is recommended.`,
  ].join('\n');
}

/** `steadfid devices`: where networks can run here. */
export async function runDevices(
  { options }: CommandInput<typeof DEVICES_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const { encoder = 'demo-inception', models, seconds, threads } = options;
  const choice = encoderChoice(requireEncoder(encoder), 'inception-v3-fid');
  const path = await chosenNetwork(choice, {
    ...pulling(terminal),
    ...defined({ models }),
    signal: terminal.signal,
  });
  const devices = await triedDevices(await openTried(path, threads), seconds, terminal);
  const report: TriedDevices = {
    schema: 'steadfid/devices/1',
    ...(await automatic(devices)),
    encoder: (await readSidecar(path)).id,
    devices,
  };
  terminal.print(options.json === 'on' ? strictJson(report, 'devices') : devicesText(report));
  return 'done';
}

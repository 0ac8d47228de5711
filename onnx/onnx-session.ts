import type { InferenceSession } from 'onnxruntime-node';
import { defined } from '../defined.js';
import { type EvaluationError, InputError, OptionError, ShapeError } from '../errors.js';
import { declineTelemetry, declineTf32 } from './decline-telemetry.js';
import { DEVICES, type Device, type DeviceFailure, deviceFailure } from './device.js';
import { externalWeights } from './external-weights.js';

/** Values of a tensor, row-major; the array's class is the element type. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | BigUint64Array;

export interface Tensor {
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** What a network declares of an input or output; a dimension that may vary has a name in place of a number. */
export interface TensorDeclaration {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string)[];
}

export interface SessionOptions {
  /** threads within one operator; default: one for each core */
  readonly threads?: number;
  /** default `cpu` */
  readonly device?: Device;
  /** default `all`; `none` runs the graph as it is written */
  readonly graphOptimization?: 'none' | 'basic' | 'extended' | 'all';
  /** whether idle threads spin (default) or sleep: sleeping leaves the cores to other work of the process */
  readonly idleThreads?: 'spin' | 'sleep';
  /** what ONNX Runtime prints to the process's output: default nothing; `verbose` for a process that is made to be read */
  readonly log?: 'silent' | 'verbose';
}

/** A network loaded and ready to run. */
export interface OnnxSession {
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  /**
   * Runs the network once. ONNX Runtime computes on the calling thread, which does nothing else meanwhile.
   *
   * @param outputs  names of the outputs wanted; default all
   * @throws ShapeError SHAPE_MISMATCH if an input is missing or has dims that the network does not take
   * @throws OptionError UNAVAILABLE_DEVICE if a device other than the CPU fails, with `lacks: 'memory'` where it had too little
   */
  run<Name extends string = string>(
    feeds: Readonly<Record<string, Tensor>>,
    outputs?: readonly Name[],
  ): Promise<Record<Name, Tensor>>;
  close(): Promise<void>;
}

/** Results as they go to another process or thread: ONNX Runtime's tensors are more than data. */
export function plainTensors(results: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data }]));
}

const ELEMENT_TYPES = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Uint8Array: 'uint8',
  Int8Array: 'int8',
  Uint16Array: 'uint16',
  Int16Array: 'int16',
  Uint32Array: 'uint32',
  BigUint64Array: 'uint64',
} as const;

/** Devices that this machine's ONNX Runtime was built with: whether they work, a try tells. */
export async function availableDevices(): Promise<readonly Device[]> {
  if (declineTelemetry() === 'elsewhere') return DEVICES; // it cannot be asked in this thread
  const { listSupportedBackends } = await import('onnxruntime-node');
  const built = listSupportedBackends().map(({ name }) => name);
  return DEVICES.filter((device) => built.includes(device));
}

/**
 * Opens a network. ONNX Runtime is loaded by the first call; no other file of the project imports it.
 *
 * @param model  path of an `.onnx` file, or its bytes
 * @throws InputError UNREADABLE_FILE if the file is missing or is no network that ONNX Runtime can run, or names weights
 *   outside its own folder
 * @throws OptionError UNAVAILABLE_DEVICE if this machine's ONNX Runtime does not have `device`
 */
export async function openSession(
  model: string | Uint8Array,
  options: SessionOptions = {},
): Promise<OnnxSession> {
  if (declineTelemetry() === 'elsewhere') {
    const { openSessionInProcess } = await import('./open-session-apart.js');
    return openSessionInProcess(model, options);
  }
  if (typeof model === 'string') await externalWeights(model);
  const {
    InferenceSession,
    Tensor: OrtTensor,
    listSupportedBackends,
    env,
  } = await import('onnxruntime-node');
  if (options.log === 'verbose') env.logLevel = 'verbose';
  const device = options.device ?? 'cpu';
  declineTf32(device);
  if (!listSupportedBackends().some(({ name }) => name === device))
    throw unavailable(device, `ONNX Runtime has no such provider on this system`);

  async function load(provider: Device): Promise<InferenceSession> {
    const settings = sessionSettings(provider, options);
    return typeof model === 'string'
      ? InferenceSession.create(model, settings)
      : InferenceSession.create(model, settings);
  }

  async function openedOn(provider: Device): Promise<InferenceSession> {
    try {
      return await load(provider);
    } catch (error) {
      if (provider === 'cpu') throw unreadable(model, error);
      // If the network runs on the CPU, the device is at fault; if not, this says what is wrong with the network.
      await (await openedOn('cpu')).release();
      throw unavailable(provider, reason(error), error);
    }
  }

  const session = await openedOn(device);

  return {
    inputs: declarations(session.inputMetadata),
    outputs: declarations(session.outputMetadata),
    async run<Name extends string>(feeds: Readonly<Record<string, Tensor>>, outputs?: readonly Name[]) {
      const tensors = Object.entries(feeds).map(([name, { data, dims }]) => [
        name,
        new OrtTensor(ELEMENT_TYPES[data.constructor.name as keyof typeof ELEMENT_TYPES], data, dims),
      ]);
      try {
        const named = Object.fromEntries(tensors) as InferenceSession.OnnxValueMapType;
        const results = await (outputs === undefined ? session.run(named) : session.run(named, outputs));
        return results as unknown as Record<Name, Tensor>;
      } catch (error) {
        const failure = device === 'cpu' ? 'inputs' : deviceFailure(reason(error));
        if (failure !== 'inputs') throw failed(device, failure, error);
        throw new ShapeError(
          'SHAPE_MISMATCH',
          {
            where: 'network',
            expected: `must run on inputs ${tensorsText(declarations(session.inputMetadata))}`,
            received: `${Object.entries(feeds).map(([name, { dims }]) => `${name} (${dims.join(', ')})`)}: ${reason(error)}`,
          },
          { cause: error },
        );
      }
    },
    close: () => session.release(),
  };
}

function sessionSettings(provider: Device, options: SessionOptions): InferenceSession.SessionOptions {
  const { threads, graphOptimization = 'all', idleThreads = 'spin', log = 'silent' } = options;
  return {
    executionProviders: [provider],
    graphOptimizationLevel: graphOptimization === 'none' ? 'disabled' : graphOptimization,
    logSeverityLevel: log === 'verbose' ? 0 : 4, // what goes wrong is thrown; nothing is printed
    ...defined({ intraOpNumThreads: threads }),
    extra: { session: { intra_op: { allow_spinning: idleThreads === 'spin' ? '1' : '0' } } },
  };
}

function declarations(metadata: readonly InferenceSession.ValueMetadata[]): readonly TensorDeclaration[] {
  return metadata.map((value) => ({
    name: value.name,
    type: value.isTensor ? value.type : 'no tensor',
    dims: value.isTensor ? value.shape : [],
  }));
}

/** `images float32 (n, 3, 299, 299)`, … as a sentence names inputs and outputs. */
export function tensorsText(tensors: readonly TensorDeclaration[]): string {
  return tensors.map(({ name, type, dims }) => `${name} ${type} (${dims.join(', ')})`).join(', ');
}

/** What ONNX Runtime says, without the place in its own source. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .trim()
    .replace(/^\/\S+:\d+ .* was false\. /s, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
}

const REMEDIES: Readonly<Partial<Record<Device, string>>> = {
  cuda: 'Use the device cpu, or install ONNX Runtime’s CUDA libraries (see the README).',
  webgpu: 'Use the device cpu, or install the driver of a GPU, on Linux with Vulkan.',
};

function unavailable(device: Device, received: string, cause?: unknown): EvaluationError {
  return new OptionError(
    'UNAVAILABLE_DEVICE',
    {
      where: `device ${device}`,
      expected: 'must be one that ONNX Runtime can use here',
      received,
      help: REMEDIES[device] ?? 'Use the device cpu.',
      device,
    },
    { cause },
  );
}

/** The error of a device that has begun, and cannot go on. */
function failed(device: Device, failure: Exclude<DeviceFailure, 'inputs'>, cause: unknown): EvaluationError {
  const lacksMemory = failure === 'memory';
  const kept =
    'What was encoded stays in the cache for the next run on this device; the device cpu encodes anew.';
  return new OptionError(
    'UNAVAILABLE_DEVICE',
    {
      where: `device ${device}`,
      expected: lacksMemory
        ? 'must have memory for one batch'
        : `must last to the end of the run${failure === 'lost' ? ', and was lost' : ''}`,
      received: reason(cause),
      help: lacksMemory ? 'Pass a smaller --batch-size, or use the device cpu.' : kept,
      device,
      ...(lacksMemory ? { lacks: 'memory' } : {}),
    },
    { cause },
  );
}

function unreadable(model: string | Uint8Array, cause: unknown): EvaluationError {
  return new InputError(
    'UNREADABLE_FILE',
    {
      where: typeof model === 'string' ? model : 'model',
      expected: 'must be a network in ONNX format',
      received: reason(cause),
    },
    { cause },
  );
}

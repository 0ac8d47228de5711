import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { defined } from '../defined.js';
import { declineTelemetry, declineTf32 } from './decline-telemetry.js';
import type { OnnxSession, SessionOptions, Tensor } from './onnx-session.js';
import { thrownError } from './portable-error.js';
import type { NumberedAnswer, NumberedRequest, SessionAnswer, SessionRequest } from './session-host.js';

const HOST = new URL('./session-host.js', import.meta.url);

/** Where networks run for the calling thread: another process, or another thread of this one. */
type Place = 'process' | 'thread';

interface SessionHost {
  ask(request: SessionRequest): Promise<SessionAnswer>;
}

/** The way to a host and back. */
interface Channel {
  send(message: NumberedRequest): void;
  /** keeps the program from ending, or no longer does */
  hold(): void;
  rest(): void;
}

const running = new Map<Place, SessionHost>();

/** One host of a kind for all networks of this thread. It ends with the thread, and keeps no program from ending while it is idle. */
function sessionHost(place: Place): SessionHost {
  const known = running.get(place);
  if (known !== undefined) return known;
  const pending = new Map<number, { resolve(answer: SessionAnswer): void; reject(error: Error): void }>();
  let requests = 0;
  const channel = (place === 'process' ? openProcess : openThread)(
    ({ id, answer }) => {
      pending.get(id)?.resolve(answer);
      pending.delete(id);
      if (pending.size === 0) channel.rest();
    },
    (error) => {
      running.delete(place);
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    },
  );
  channel.rest();
  const host: SessionHost = {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const id = ++requests;
        pending.set(id, { resolve, reject });
        channel.hold();
        channel.send({ id, request });
      }),
  };
  running.set(place, host);
  return host;
}

type Opening = (onAnswer: (answer: NumberedAnswer) => void, onEnd: (error: Error) => void) => Channel;

const openProcess: Opening = (onAnswer, onEnd) => {
  const child = fork(fileURLToPath(HOST), {
    env: { ...process.env }, // with the variable that ONNX Runtime looks for
    execArgv: [],
    serialization: 'advanced', // typed arrays as they are
  });
  child.on('message', onAnswer);
  child.on('exit', (code, signal) =>
    onEnd(new Error(`the process that runs networks ended (${signal ?? code})`)),
  );
  return {
    send: (message) => {
      child.send(message, (error) => {
        if (error !== null) onEnd(error);
      });
    },
    hold() {
      child.ref();
      child.channel?.ref();
    },
    rest() {
      child.unref();
      child.channel?.unref();
    },
  };
};

const openThread: Opening = (onAnswer, onEnd) => {
  const worker = new Worker(HOST, { execArgv: [] });
  worker.on('message', onAnswer);
  worker.on('error', onEnd);
  worker.on('exit', (code) => onEnd(new Error(`the thread that runs networks ended (${code})`)));
  return {
    send: (message) => worker.postMessage(message),
    hold: () => worker.ref(),
    rest: () => worker.unref(),
  };
};

/** Shared memory does not cross to another process, and ONNX Runtime takes none: a copy does. */
function unshared(tensor: Tensor): Tensor {
  const { dims, data } = tensor;
  return { dims, data: data.buffer instanceof SharedArrayBuffer ? data.slice() : data };
}

/**
 * As `openSession`, in a process of its own: for worker threads, which cannot tell ONNX Runtime to gather nothing.
 *
 * @throws what `openSession` throws
 */
export function openSessionInProcess(
  model: string | Uint8Array,
  options: SessionOptions,
): Promise<OnnxSession> {
  return openedAt('process', absolute(model), options);
}

/**
 * As `openSession`, in a thread of its own, so that this one can be stopped while a network runs: a batch of a large one takes minutes.
 *
 * @throws what `openSession` throws
 */
export function openSessionInThread(
  model: string | Uint8Array,
  options: SessionOptions = {},
): Promise<OnnxSession> {
  return declineTelemetry() === 'elsewhere'
    ? openSessionInProcess(model, options)
    : openedAt('thread', model, options);
}

/** The folder of another process is that of its start. */
function absolute(model: string | Uint8Array): string | Uint8Array {
  return typeof model === 'string' ? resolve(model) : model;
}

async function openedAt(
  place: Place,
  model: string | Uint8Array,
  options: SessionOptions,
): Promise<OnnxSession> {
  declineTf32(options.device);
  const host = sessionHost(place);
  async function answer<Kind extends SessionAnswer['kind']>(
    request: SessionRequest & { readonly kind: Kind },
  ): Promise<Extract<SessionAnswer, { readonly kind: Kind }>> {
    const got = await host.ask(request);
    if (got.kind === 'error') throw thrownError(got.error);
    return got as Extract<SessionAnswer, { readonly kind: Kind }>;
  }
  const { session, inputs, outputs } = await answer({ kind: 'open', model, options });
  return {
    inputs,
    outputs,
    async run<Name extends string>(feeds: Readonly<Record<string, Tensor>>, wanted?: readonly Name[]) {
      const tensors = Object.entries(feeds).map(([name, tensor]) => [name, unshared(tensor)]);
      const { results } = await answer({
        kind: 'run',
        session,
        feeds: Object.fromEntries(tensors) as Record<string, Tensor>,
        ...defined({ outputs: wanted }),
      });
      return results as Record<Name, Tensor>;
    },
    async close() {
      await answer({ kind: 'close', session });
    },
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { OnnxSession, SessionOptions, Tensor } from './onnx-session.js';
import { thrownError } from './portable-error.js';
import type { NumberedAnswer, NumberedRequest, SessionAnswer, SessionRequest } from './session-process.js';

interface SessionProcess {
  ask(request: SessionRequest): Promise<SessionAnswer>;
}

let running: SessionProcess | undefined;

/** One process for all networks of this thread. It ends with the thread, and keeps no program from ending while it is idle. */
function sessionProcess(): SessionProcess {
  if (running !== undefined) return running;
  const child = fork(fileURLToPath(new URL('./session-process.js', import.meta.url)), {
    env: { ...process.env }, // with the variable that ONNX Runtime looks for
    execArgv: [],
    serialization: 'advanced', // typed arrays as they are
  });
  const pending = new Map<number, { resolve(answer: SessionAnswer): void; reject(error: Error): void }>();
  let requests = 0;
  rest(child);
  child.on('message', ({ id, answer }: NumberedAnswer) => {
    pending.get(id)?.resolve(answer);
    pending.delete(id);
    if (pending.size === 0) rest(child);
  });
  child.on('exit', (code, signal) => {
    running = undefined;
    for (const { reject } of pending.values())
      reject(new Error(`the process that runs networks ended (${signal ?? code})`));
    pending.clear();
  });
  running = {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const id = ++requests;
        pending.set(id, { resolve, reject });
        child.ref();
        child.channel?.ref();
        child.send({ id, request } satisfies NumberedRequest, (error) => {
          if (error !== null) reject(error);
        });
      }),
  };
  return running;
}

function rest(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

/** Shared memory does not cross to another process: a copy does. */
function unshared(tensor: Tensor): Tensor {
  const { dims, data } = tensor;
  return { dims, data: data.buffer instanceof SharedArrayBuffer ? data.slice() : data };
}

/**
 * As `openSession`, in a process of its own: for worker threads, which cannot tell ONNX Runtime to gather nothing.
 *
 * @throws what `openSession` throws
 */
export async function openSessionInProcess(
  model: string | Uint8Array,
  options: SessionOptions,
): Promise<OnnxSession> {
  const host = sessionProcess();
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
        ...(wanted === undefined ? {} : { outputs: wanted }),
      });
      return results as Record<Name, Tensor>;
    },
    async close() {
      await answer({ kind: 'close', session });
    },
  };
}

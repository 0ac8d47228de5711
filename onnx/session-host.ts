import { parentPort } from 'node:worker_threads';
import {
  type OnnxSession,
  openSession,
  plainTensors,
  type SessionOptions,
  type Tensor,
} from './onnx-session.js';
import { type PortableError, portableError } from './portable-error.js';

/** To the process or thread that runs networks for another thread. */
export type SessionRequest =
  | { readonly kind: 'open'; readonly model: string | Uint8Array; readonly options: SessionOptions }
  | {
      readonly kind: 'run';
      readonly session: number;
      readonly feeds: Readonly<Record<string, Tensor>>;
      readonly outputs?: readonly string[];
    }
  | { readonly kind: 'close'; readonly session: number };

export interface NumberedRequest {
  readonly id: number;
  readonly request: SessionRequest;
}

export type SessionAnswer =
  | ({ readonly kind: 'open'; readonly session: number } & Pick<OnnxSession, 'inputs' | 'outputs'>)
  | { readonly kind: 'run'; readonly results: Readonly<Record<string, Tensor>> }
  | { readonly kind: 'close' }
  | { readonly kind: 'error'; readonly error: PortableError };

export interface NumberedAnswer {
  readonly id: number;
  readonly answer: SessionAnswer;
}

const sessions = new Map<number, OnnxSession>();
let opened = 0;

async function answerTo(request: SessionRequest): Promise<SessionAnswer> {
  if (request.kind === 'open') {
    const session = await openSession(request.model, request.options);
    sessions.set(++opened, session);
    return { kind: 'open', session: opened, inputs: session.inputs, outputs: session.outputs };
  }
  const session = sessions.get(request.session)!;
  if (request.kind === 'close') {
    sessions.delete(request.session);
    await session.close();
    return { kind: 'close' };
  }
  const results = await session.run(request.feeds, request.outputs);
  return { kind: 'run', results: plainTensors(results) };
}

async function answered({ id, request }: NumberedRequest): Promise<NumberedAnswer> {
  const answer = await answerTo(request).catch(
    (error: unknown): SessionAnswer => ({ kind: 'error', error: portableError(error) }),
  );
  return { id, answer };
}

parentPort?.on('message', async (message: NumberedRequest) =>
  parentPort!.postMessage(await answered(message)),
);
if (parentPort === null) {
  process.on('message', async (message: NumberedRequest) => process.send?.(await answered(message)));
  process.on('disconnect', () => process.exit()); // the thread that it served has ended
}

import { type OnnxSession, openSession, type SessionOptions, type Tensor } from './onnx-session.js';
import { type PortableError, portableError } from './portable-error.js';

/** To the process that runs networks for threads which may not load ONNX Runtime themselves. */
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
  const tensors = Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data }]);
  return { kind: 'run', results: Object.fromEntries(tensors) as Record<string, Tensor> };
}

process.on('message', async ({ id, request }: NumberedRequest) => {
  const answer = await answerTo(request).catch(
    (error: unknown): SessionAnswer => ({ kind: 'error', error: portableError(error) }),
  );
  process.send?.({ id, answer } satisfies NumberedAnswer);
});
process.on('disconnect', () => process.exit()); // the thread that it served has ended

import { readdirSync, readlinkSync } from 'node:fs';
import { defined } from '../defined.js';
import type { Device } from './device.js';
import { GraphBuilder } from './graph-builder.js';
import { modelBytes } from './onnx-model.js';
import { openSession, plainTensors, type SessionOptions, type Tensor } from './onnx-session.js';
import { type PortableError, portableError } from './portable-error.js';

/** To the process that tries a device; it is asked once, and ends. */
export interface ProbeRequest {
  readonly device: Device;
  /** default: a tiny network of its own */
  readonly network?: { readonly path: string; readonly feeds: Readonly<Record<string, Tensor>> };
  readonly threads?: number;
  /** how long runs are counted after the first; default: not at all, with a verbose log in their place */
  readonly countMs?: number;
}

export type ProbeReply =
  | {
      readonly kind: 'works';
      readonly outputs: Readonly<Record<string, Tensor>>;
      /** files of a GPU that the process holds open once the network has run; null where the system does not say */
      readonly openGpus: readonly string[] | null;
      /** runs after the first, and the time that they took */
      readonly runs: number;
      readonly elapsedMs: number;
    }
  | { readonly kind: 'error'; readonly error: PortableError };

/** A convolution, an activation and a product: what every encoder is made of. */
async function tinyNetwork(): Promise<Uint8Array> {
  const graph = new GraphBuilder({ name: 'probe' });
  const images = graph.input('images', { type: 'float32', shape: ['n', 3, 8, 8] });
  const kernel = (name: string, shape: readonly number[]) => {
    const length = shape.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length }, (_, i) => Math.sin(i + 1) / 4);
    return graph.constant(name, { type: 'float32', shape, data });
  };
  const convolved = graph.node('Relu', [graph.node('Conv', [images, kernel('kernel', [4, 3, 3, 3])])]);
  const flat = graph.node('Flatten', [convolved], { axis: 1n });
  const embeddings = graph.node('MatMul', [flat, kernel('weights', [144, 4])]);
  graph.output('embeddings', embeddings, { type: 'float32', shape: ['n', 4] });
  return modelBytes(graph.model());
}

const TINY_FEEDS = {
  images: { dims: [2, 3, 8, 8], data: Float32Array.from({ length: 384 }, (_, i) => Math.cos(i)) },
};

const GPU_FILE = /^\/dev\/(dri\/renderD\d+|nvidia\d+|dxg|kfd)$/;

function openGpus(): readonly string[] | null {
  if (process.platform !== 'linux') return null;
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ''; // closed since
    }
  });
  return [...new Set(links.filter((path) => GPU_FILE.test(path)))].sort();
}

async function probed({ device, network, threads, countMs }: ProbeRequest): Promise<ProbeReply> {
  const options: SessionOptions = {
    device,
    ...defined({ threads }),
    log: countMs === undefined ? 'verbose' : 'silent',
  };
  const session = await openSession(network?.path ?? (await tinyNetwork()), options);
  const feeds = network?.feeds ?? TINY_FEEDS;
  const outputs = await session.run(feeds);
  const gpus = openGpus();
  const start = performance.now();
  let runs = 0;
  for (; countMs !== undefined && performance.now() - start < countMs; runs++) await session.run(feeds);
  const elapsedMs = performance.now() - start;
  return {
    kind: 'works',
    outputs: plainTensors(outputs),
    openGpus: gpus,
    runs,
    elapsedMs,
  };
}

process.once('message', async (request: ProbeRequest) => {
  const reply = await probed(request).catch(
    (error: unknown): ProbeReply => ({ kind: 'error', error: portableError(error) }),
  );
  process.send!(reply, () => process.disconnect());
});

import { defined } from '../defined.js';
import { GraphBuilder, type GraphValue } from '../onnx/graph-builder.js';
import { modelBytes } from '../onnx/onnx-model.js';
import { type OnnxSession, openSession, type SessionOptions, type Tensor } from '../onnx/onnx-session.js';

/** float32 or float64 values, as their array says. */
export type FloatArray = Float32Array | Float64Array;
export type FloatType = 'float32' | 'float64';

export function floatTypeOf(data: FloatArray): FloatType {
  return data instanceof Float32Array ? 'float32' : 'float64';
}

/** A small graph: what it is called, and how it is built. Equal names are equal graphs. */
export interface MatrixGraph {
  readonly name: string;
  /** `sleep` where this thread works between two runs, and idle ones that spin would take a core from it */
  readonly idleThreads?: SessionOptions['idleThreads'];
  build(graph: GraphBuilder): void;
}

const sessions = new Map<string, Promise<OnnxSession>>();

/** The session of a graph, opened when it is first asked for: ONNX Runtime is not loaded before. */
export function matrixSession({ name, idleThreads, build }: MatrixGraph): Promise<OnnxSession> {
  const known = sessions.get(name);
  if (known !== undefined) return known;
  const opened = (async () => {
    const graph = new GraphBuilder({ name });
    build(graph);
    return openSession(await modelBytes(graph.model()), defined({ idleThreads }));
  })();
  sessions.set(name, opened);
  opened.catch(() => sessions.delete(name));
  return opened;
}

/** An input that may come as float32 or float64, as float64. */
export function asFloat64(graph: GraphBuilder, value: GraphValue, type: FloatType): GraphValue {
  return type === 'float64' ? value : graph.node('Cast', [value], { to: 11n });
}

/** A row-major matrix as a tensor, sharing storage. */
export function matrixTensor(data: FloatArray, rows: number, columns: number): Tensor {
  return { dims: [rows, columns], data };
}

import { matrixSession, matrixTensor } from '../../numerics/matrix-sessions.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import type { Task } from './interleaved.js';

/** The unit that times are given in: one n³ product of float64 matrices by ONNX Runtime, as a user of it would call it. */
export async function matrixUnit(n: number): Promise<Task> {
  const session = await matrixSession({
    name: 'unit',
    build(graph) {
      const a = graph.input('a', { type: 'float64', shape: ['n', 'k'] });
      const b = graph.input('b', { type: 'float64', shape: ['k', 'm'] });
      graph.output('c', graph.node('MatMul', [a, b]), { type: 'float64', shape: ['n', 'm'] });
    },
  });
  const data = standardNormals(n * n, seededRandom(2020, 'unit'));
  const matrix = matrixTensor(data, n, n);
  return { name: `one ${n}³ float64 product`, run: () => session.run({ a: matrix, b: matrix }) };
}

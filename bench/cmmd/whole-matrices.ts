import { matrixSession, matrixTensor } from '../../numerics/matrix-sessions.js';
import { squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';

/**
 * CMMD as cmmd-pytorch computes it, as a stand-in where there is no Python: three whole kernel matrices in float32, their means, V-statistic.
 */
export async function cmmdByWholeMatrices(reference: Rows, generated: Rows): Promise<number> {
  const x = await meanKernel(reference, reference);
  const y = await meanKernel(generated, generated);
  return 1000 * (x + y - 2 * (await meanKernel(reference, generated)));
}

async function meanKernel(first: Rows, second: Rows): Promise<number> {
  const session = await matrixSession({
    name: 'mean-kernel',
    build(graph) {
      const type = 'float32';
      const x = graph.input('x', { type, shape: ['n', 'd'] });
      const y = graph.input('y', { type, shape: ['m', 'd'] });
      const u = graph.input('u', { type, shape: ['n', 1] });
      const v = graph.input('v', { type, shape: [1, 'm'] });
      const products = graph.node('Gemm', [x, y], { transB: 1n });
      const doubled = graph.node('Mul', [products, graph.scalar(-2)]);
      const squares = graph.node('Add', [graph.node('Add', [doubled, u]), v]);
      const kernel = graph.node('Exp', [graph.node('Mul', [squares, graph.scalar(-1 / 200)])]);
      graph.output('mean', graph.node('ReduceMean', [kernel], { keepdims: 0n }), { type, shape: [] });
    },
  });
  const float32 = ({ data }: Rows) => (data instanceof Float32Array ? data : Float32Array.from(data));
  const { mean } = await session.run<'mean'>({
    x: matrixTensor(float32(first), first.n, first.d),
    y: matrixTensor(float32(second), second.n, second.d),
    u: matrixTensor(Float32Array.from(squaredNorms(first)), first.n, 1),
    v: matrixTensor(Float32Array.from(squaredNorms(second)), 1, second.n),
  });
  return (mean.data as Float32Array)[0]!;
}

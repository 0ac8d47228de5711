/**
 * Hessian-free Laplace beside the closed form: for a linear last layer they are one, whatever the step λ.
 *
 * Run: node dist/examples/hessian-free.js
 *
 * Source: McInerney and Kallus 2024, arXiv:2403.10671.
 */
import { pathToFileURL } from 'node:url';
import { curvatureSums, exactVariance, posterior, varianceForm } from '../index.js';
import { seededRandom, standardNormals } from '../numerics/seeded-random.js';

/** A linear layer's data and its prior: rows φ̃ (n, d), targets (n). */
export interface LinearProblem {
  readonly rows: Float64Array;
  readonly targets: Float64Array;
  readonly noiseSd: number;
  readonly priorPrecision: number;
}

/** ∇ of log p(D|θ) + log p(θ) + step·f_θ(x): all that the method asks for. */
function gradient(
  { rows, targets, noiseSd, priorPrecision }: LinearProblem,
  theta: Float64Array,
  { query, step }: { readonly query: Float64Array; readonly step: number },
): Float64Array {
  const d = theta.length;
  const result = theta.map((value, j) => step * query[j]! - priorPrecision * value);
  targets.forEach((target, i) => {
    let residual = target;
    for (let j = 0; j < d; j++) residual -= rows[i * d + j]! * theta[j]!;
    for (let j = 0; j < d; j++) result[j]! += (residual * rows[i * d + j]!) / noiseSd ** 2;
  });
  return result;
}

function dot(first: Float64Array, second: Float64Array): number {
  return first.reduce((sum, value, i) => sum + value * second[i]!, 0);
}

/** The maximum from a start on, by conjugate gradients; curvature along a direction is a difference of gradients. */
function maximum(
  problem: LinearProblem,
  start: Float64Array,
  task: { readonly query: Float64Array; readonly step: number },
): Float64Array {
  let theta = start;
  let slope = gradient(problem, theta, task);
  let direction = slope;
  const size = dot(slope, slope);
  for (let i = 0; i < 20 * theta.length && dot(slope, slope) > 1e-30 * size; i++) {
    const ahead = gradient(
      problem,
      theta.map((value, j) => value + direction[j]!),
      task,
    );
    const bend = direction.reduce((sum, value, j) => sum + value * (slope[j]! - ahead[j]!), 0);
    const length = dot(slope, direction) / bend;
    theta = theta.map((value, j) => value + length * direction[j]!);
    const next = gradient(problem, theta, task);
    const mix = Math.max(0, (dot(next, next) - dot(next, slope)) / dot(slope, slope));
    direction = next.map((value, j) => value + mix * direction[j]!);
    slope = next;
  }
  return theta;
}

/** |f_θ^(x, λ)(x) − f_θ̂(x)| / λ: two point estimates, no Hessian. */
export function hessianFreeVariance(problem: LinearProblem, query: Float64Array, step: number): number {
  const best = maximum(problem, new Float64Array(query.length), { query, step: 0 });
  const pushed = maximum(problem, best, { query, step });
  return Math.abs(dot(pushed, query) - dot(best, query)) / step;
}

async function main(): Promise<void> {
  const [n, inputs] = [40, 5];
  const random = seededRandom(2020, 'hessian-free');
  const features = standardNormals(n * inputs, random);
  const query = standardNormals(inputs, random);
  const settings = { noiseSd: 0.7, priorPrecision: 2 };
  const layer = { inputs, outputs: 1, kernel: [1, 1], bias: 'without' } as const;
  const shape = { channels: inputs, height: 1, width: 1 };
  const sums = curvatureSums(layer, 'kept');
  await sums.add({ features: { n, ...shape, data: features }, residuals: new Float64Array(n) });
  const form = await varianceForm(posterior(sums.curvature(), { structure: 'full', ...settings }));
  console.log(`closed form        ${exactVariance(form, { n: 1, ...shape, data: query }, layer)[0]}`);
  const problem = { rows: features, targets: standardNormals(n, random), ...settings };
  for (const step of [1e-3, 1, 100]) {
    console.log(`λ = ${String(step).padEnd(6)}         ${hessianFreeVariance(problem, query, step)}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();

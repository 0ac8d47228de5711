import { describe, test } from 'vitest';
import { hessianFreeVariance } from '../../../examples/hessian-free.js';
import { seededRandom, standardNormals } from '../../../numerics/seeded-random.js';
import { parametersPerOutput, patches } from '../../../uncertainty/laplace/layer-shape.js';
import { posteriorOf } from '../../../uncertainty/laplace/posterior.js';
import { exactVariance, varianceForm } from '../../../uncertainty/laplace/variance-form.js';
import { curvatureOf, laplaceCases } from '../../support/laplace-cases.js';
import { expectClose } from '../../support/tolerance.js';

/** A difference of two predictions over λ = 1e-3, after conjugate gradients that stop at 1e-15 of the first slope. */
const HESSIAN_FREE_TOLERANCE = 1e-9;

describe('Hessian-free Laplace of a linear last layer', () => {
  test.each([1e-3, 1, 100])('is the structure full at λ = %s', async (step) => {
    const laplace = laplaceCases()[0]!;
    const settings = { noiseSd: 0.7, priorPrecision: 2 };
    const { layer, features, query } = laplace;
    const size = parametersPerOutput(layer);
    const rows = patches(features, layer);
    const targets = standardNormals(rows.length / size, seededRandom(1));
    const form = await varianceForm(
      posteriorOf(await curvatureOf(laplace), { structure: 'full', ...settings }),
    );
    const exact = exactVariance(form, query, layer);
    const queries = patches(query, layer);
    for (const pixel of [0, 7, 19]) {
      const patch = queries.slice(pixel * size, (pixel + 1) * size);
      const found = hessianFreeVariance({ rows, targets, ...settings }, patch, step);
      expectClose(found, exact[pixel]!, HESSIAN_FREE_TOLERANCE);
    }
  });
});

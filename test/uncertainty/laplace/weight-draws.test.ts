import { expect, test } from 'vitest';
import { openDenoiser } from '../../../diffusion/open-denoiser.js';
import { patches, weightsPerOutput } from '../../../uncertainty/laplace/layer-shape.js';
import { posteriorOf } from '../../../uncertainty/laplace/posterior.js';
import { readPosterior } from '../../../uncertainty/laplace/posterior-file.js';
import { exactVariance, varianceForm } from '../../../uncertainty/laplace/variance-form.js';
import { openWeightDraws, weightDeviation } from '../../../uncertainty/laplace/weight-draws.js';
import { formulaValues } from '../../support/formula-network.js';
import { curvatureOf, laplaceCases } from '../../support/laplace-cases.js';
import { writeSmallDenoiser } from '../../support/small-denoiser.js';
import { writeSmallPosterior } from '../../support/small-posterior.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { expectAllClose } from '../../support/tolerance.js';

/** Two routes in float64 to one quadratic form. */
const SAME_FORM = 1e-9;

// A draw is linear in its normals z: with unit vectors for z, Σ (ψ̃ᵀδ)² over them is ψ̃ᵀP⁻¹ψ̃, the predictive variance itself.
test.each(
  laplaceCases().flatMap((sample) =>
    sample.results.map((result) => [`${sample.name}, ${result.structure}`, sample, result] as const),
  ),
)('draws of weights have the posterior’s covariance: %s', async (_, sample, result) => {
  const { layer, query } = sample;
  const form = await varianceForm(posteriorOf(await curvatureOf(sample), result));
  const count = weightsPerOutput(layer);
  const rows = patches(query, layer);
  const width = rows.length / (query.n * query.height * query.width);
  const variance = new Float64Array(query.n * layer.outputs * query.height * query.width);
  const area = query.height * query.width;
  for (let unit = 0; unit < layer.outputs * (count + 1); unit++) {
    let asked = -1;
    const { weights, bias } = weightDeviation(form, layer, () => (++asked === unit ? 1 : 0));
    for (let at = 0; at < query.n * area; at++)
      for (let output = 0; output < layer.outputs; output++) {
        let change = layer.bias === 'with' ? bias[output]! : 0;
        for (let f = 0; f < count; f++) change += weights[output * count + f]! * rows[at * width + f]!;
        variance[(Math.floor(at / area) * layer.outputs + output) * area + (at % area)]! += change * change;
      }
  }
  expectAllClose(variance, exactVariance(form, query, layer), SAME_FORM);
});

test('a drawn network differs from the trained one by its drawn weights, and draw 0 is not draw 1', async () => {
  const folder = temporaryFolder();
  const path = await writeSmallDenoiser(folder);
  const fitted = await readPosterior(await writeSmallPosterior(`${folder}/posterior.npz`, path));
  const denoiser = await openDenoiser(path);
  const draws = await openWeightDraws(fitted.posterior, denoiser.description, { count: 2, seed: 5 });
  const { features } = await denoiser.predict({
    n: 2,
    x: formulaValues(3, { shape: [2, 3, 8, 8] }),
    t: [10, 500],
  });
  const [first, second] = [await draws.deviation(0, features, 2), await draws.deviation(1, features, 2)];
  expect(first.length).toBe(2 * 3 * 64);
  expect(first).not.toEqual(second);
  expect(await draws.deviation(0, features.slice(features.length / 2), 1)).toEqual(first.slice(3 * 64));
  await draws.close();
  await denoiser.close();
});

import { describe, expect, test } from 'vitest';
import { curvatureSums, mergedCurvature } from '../../../uncertainty/laplace/curvature.js';
import { logEvidence, maximumEvidence } from '../../../uncertainty/laplace/evidence.js';
import { parametersPerOutput, patches } from '../../../uncertainty/laplace/layer-shape.js';
import {
  curvatureSpectrum,
  effectiveDegreesOfFreedom,
  posteriorOf,
} from '../../../uncertainty/laplace/posterior.js';
import { STRUCTURES } from '../../../uncertainty/laplace/posterior-settings.js';
import { exactVariance, varianceForm } from '../../../uncertainty/laplace/variance-form.js';
import { curvatureOf, laplaceCases } from '../../support/laplace-cases.js';
import { projectFile } from '../../support/project.js';
import { rejected, thrown } from '../../support/thrown.js';
import {
  expectAllClose,
  expectClose,
  LAPLACE_TOLERANCE,
  SUMMATION_TOLERANCE,
} from '../../support/tolerance.js';

const cases = laplaceCases();

describe.each(cases)('the posterior of a layer $name', (laplace) => {
  test('has the sums of its patches', async () => {
    const { gram, diagonal, squaredGradients, squaredResiduals, positions } = await curvatureOf(laplace);
    const rows = patches(laplace.features, laplace.layer);
    const size = parametersPerOutput(laplace.layer);
    const expected = new Float64Array(size * size);
    for (let p = 0; p < positions; p++)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) expected[i * size + j]! += rows[p * size + i]! * rows[p * size + j]!;
    expectAllClose(gram!, expected, SUMMATION_TOLERANCE);
    expectAllClose(
      diagonal,
      Array.from({ length: size }, (_, i) => expected[i * size + i]!),
      SUMMATION_TOLERANCE,
    );
    expectAllClose(squaredGradients, laplace.squaredGradients, SUMMATION_TOLERANCE);
    expectClose(squaredResiduals, laplace.squaredResiduals, SUMMATION_TOLERANCE);
  });

  test('has the same diagonal without the sums of pairs of weights', async () => {
    const whole = await curvatureOf(laplace);
    const { gram, diagonal } = await curvatureOf(laplace, { gram: 'omitted' });
    expect(gram).toBeNull();
    expectAllClose(diagonal, whole.diagonal, SUMMATION_TOLERANCE);
  });

  test.each(
    laplace.results,
  )('of structure $structure, σ $noiseSd, λ $priorPrecision, T $temperature has the variance of all Jacobians', async (result) => {
    const form = await varianceForm(posteriorOf(await curvatureOf(laplace), result));
    expectAllClose(exactVariance(form, laplace.query, laplace.layer), result.variance, LAPLACE_TOLERANCE);
  });

  test.each(
    laplace.results,
  )('of structure $structure, σ $noiseSd, λ $priorPrecision, T $temperature has the evidence of whole matrices', async (result) => {
    const fitted = posteriorOf(await curvatureOf(laplace), result);
    const spectrum = await curvatureSpectrum(fitted);
    const { curvature } = fitted;
    const { squaredWeights } = laplace;
    expectClose(
      logEvidence({ curvature, spectrum, squaredWeights }, result),
      result.logEvidence,
      LAPLACE_TOLERANCE,
    );
    expectClose(effectiveDegreesOfFreedom(spectrum, result), result.degreesOfFreedom, LAPLACE_TOLERANCE);
  });

  test.each(laplace.tuned)('of structure $structure finds the highest evidence', async (expected) => {
    const fitted = posteriorOf(await curvatureOf(laplace), { structure: expected.structure });
    const data = {
      curvature: fitted.curvature,
      spectrum: await curvatureSpectrum(fitted),
      squaredWeights: laplace.squaredWeights,
    };
    const found = maximumEvidence(data, expected);
    const reached = logEvidence(data, { ...found, temperature: expected.temperature });
    // a search by values finds the place of a maximum to √ε alone, its height to ε
    expectClose(found.noiseSd, expected.noiseSd, SEARCH_TOLERANCE);
    expectClose(found.priorPrecision, expected.priorPrecision, SEARCH_TOLERANCE);
    expectClose(reached, expected.logEvidence, LAPLACE_TOLERANCE);
    expect(reached).toBeGreaterThanOrEqual(expected.logEvidence - 1e-9);
  });

  test('of two parts equals that of the whole', async () => {
    const parts = [await curvatureOf(laplace, { last: 1 }), await curvatureOf(laplace, { first: 1 })];
    const merged = mergedCurvature(parts);
    const whole = await curvatureOf(laplace);
    expect([merged.pairs, merged.positions]).toEqual([whole.pairs, whole.positions]);
    expectAllClose(merged.gram!, whole.gram!, SUMMATION_TOLERANCE);
    expectAllClose(merged.diagonal, whole.diagonal, SUMMATION_TOLERANCE);
    expectAllClose(merged.squaredGradients, whole.squaredGradients, SUMMATION_TOLERANCE);
    expectClose(merged.squaredResiduals, whole.squaredResiduals, SUMMATION_TOLERANCE);
  });
});

/** Nelder and Mead's place of a maximum. */
const SEARCH_TOLERANCE = 1e-6;

describe('structures', () => {
  test('full and kron are one without a bias', async () => {
    const laplace = cases.find(({ layer }) => layer.bias === 'without')!;
    const curvature = await curvatureOf(laplace);
    const [full, kron] = await Promise.all(
      (['full', 'kron'] as const).map(async (structure) =>
        exactVariance(
          await varianceForm(posteriorOf(curvature, { structure })),
          laplace.query,
          laplace.layer,
        ),
      ),
    );
    expectAllClose(full!, kron!, SUMMATION_TOLERANCE);
  });

  test('the training pixels’ variances over σ²T add up to the effective degrees of freedom', async () => {
    const laplace = cases[0]!;
    const settings = { noiseSd: 0.4, priorPrecision: 3, temperature: 2 };
    const fitted = posteriorOf(await curvatureOf(laplace), settings);
    const variances = exactVariance(await varianceForm(fitted), laplace.features, laplace.layer);
    const sum = variances.reduce((total, value) => total + value, 0);
    const expected = effectiveDegreesOfFreedom(await curvatureSpectrum(fitted), settings);
    expectClose(sum / (0.4 ** 2 * 2), expected, LAPLACE_TOLERANCE);
  });

  test('the toy of 40 vectors has full .090215, kron .077241 and diag .073297', async () => {
    const { toy } = JSON.parse(projectFile('test/reference/laplace.json'));
    const layer = { inputs: 5, outputs: 1, kernel: [1, 1], bias: 'with' } as const;
    const sums = curvatureSums(layer, 'kept');
    const shape = { channels: 5, height: 1, width: 1 };
    await sums.add({
      features: { n: 40, ...shape, data: Float64Array.from(toy.features) },
      residuals: new Float64Array(40),
    });
    for (const structure of ['full', 'kron', 'diag'] as const) {
      const form = await varianceForm(posteriorOf(sums.curvature(), { ...toy, structure }));
      const [variance] = exactVariance(form, { n: 1, ...shape, data: Float64Array.from(toy.query) }, layer);
      expect(variance).toBeCloseTo(toy[structure], 6);
    }
  });

  test('isotropic counts pairs: (‖ψ‖² + 1)/(λ(N/σ² + 1)), whatever the data', async () => {
    const layer = { inputs: 2, outputs: 1, kernel: [1, 1], bias: 'with' } as const;
    const sums = curvatureSums(layer, 'omitted');
    const shape = { channels: 2, height: 1, width: 2 };
    await sums.add({
      features: { n: 32, ...shape, data: new Float64Array(128).fill(7) },
      residuals: new Float64Array(64),
    });
    const form = await varianceForm(
      posteriorOf(sums.curvature(), { structure: 'isotropic', priorPrecision: 3, noiseSd: 1 }),
    );
    const query = { n: 1, ...shape, data: Float64Array.of(3, 0, 4, 0) };
    expectAllClose(exactVariance(form, query, layer), [26 / 99, 1 / 99], SUMMATION_TOLERANCE);
  });

  test('diag-ef with factor 1 has half the curvature of factor 2', async () => {
    const curvature = await curvatureOf(cases[0]!);
    const spectrum = async (fisherFactor: 1 | 2) =>
      (await curvatureSpectrum(posteriorOf(curvature, { structure: 'diag-ef', fisherFactor }))).eigenvalues;
    expectAllClose(
      (await spectrum(1)).map((value) => 2 * value),
      await spectrum(2),
      SUMMATION_TOLERANCE,
    );
  });
});

describe('bad input', () => {
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a noise sd of %s is refused', async (noiseSd) => {
    const curvature = await curvatureOf(cases[0]!);
    expect(thrown(() => posteriorOf(curvature, { noiseSd }))).toBe(
      `OUT_OF_RANGE noise sd: must be a finite number above 0; got ${noiseSd}. At 0 a posterior has no variance, or none that exists.`,
    );
  });

  test.each(
    STRUCTURES,
  )('structure %s says whether it needs the sums of pairs of weights', async (structure) => {
    const curvature = await curvatureOf(cases[0]!, { gram: 'omitted' });
    const made = () => posteriorOf(curvature, { structure });
    if (structure === 'full' || structure === 'kron') {
      expect(thrown(made)).toBe(
        `CONFLICTING_OPTIONS structure ${structure}: needs the sums of all pairs of weights; got sums of single weights alone. ` +
          'Fit again with --structure full or kron: such a file serves every structure.',
      );
    } else expect(made).not.toThrow();
  });

  test('a feature that is NaN is named', async () => {
    const { layer, features, residuals } = cases[0]!;
    const data = features.data.slice();
    data[3 * 20 + 20 + 7] = Number.NaN;
    expect(
      await rejected(curvatureSums(layer, 'kept').add({ features: { ...features, data }, residuals })),
    ).toBe(
      'NOT_FINITE features: every value must be finite; got NaN in image 1, channel 1, row 1, column 2 (counted from 0).',
    );
  });

  test('a residual that is infinite is named', async () => {
    const { layer, features, residuals } = cases[0]!;
    const changed = residuals.slice();
    changed[0] = Number.POSITIVE_INFINITY;
    expect(await rejected(curvatureSums(layer, 'omitted').add({ features, residuals: changed }))).toBe(
      'NOT_FINITE residuals: every value must be finite; got Infinity in image 0, channel 0, row 0, column 0 (counted from 0).',
    );
  });

  test('features and residuals of another shape are refused', async () => {
    const { layer, features, residuals } = cases[0]!;
    expect(
      await rejected(curvatureSums(layer, 'kept').add({ features: { ...features, n: 4 }, residuals })),
    ).toBe(
      "SHAPE_MISMATCH features: must hold n × C × H × W = 4 × 3 × 4 × 5 values, the last layer's input; got 3 channels and 180 values.",
    );
    expect(
      await rejected(curvatureSums(layer, 'kept').add({ features, residuals: residuals.subarray(1) })),
    ).toBe('SHAPE_MISMATCH residuals: must hold n × D × H × W = 3 × 2 × 4 × 5 = 120 values; got 119.');
  });

  test('no data give no posterior', () => {
    expect(thrown(() => curvatureSums(cases[0]!.layer, 'kept').curvature())).toBe(
      'TOO_FEW_SAMPLES curvature: a posterior needs at least 1 pair of image and time; got 0.',
    );
  });

  test('parts of unlike layers do not merge', async () => {
    const parts = [await curvatureOf(cases[0]!), await curvatureOf(cases[1]!)];
    expect(thrown(() => mergedCurvature(parts))).toBe(
      'UNLIKE_REPORTS mergedCurvature: all parts must be sums of one layer (3 to 2 channels, 3 × 3, with bias, with G); ' +
        'got 2 to 2 channels, 3 × 3, without bias, with G.',
    );
  });

  test('a prior that is lost in the curvature’s rounding is refused where the curvature has no full rank', async () => {
    const layer = { inputs: 3, outputs: 1, kernel: [1, 1], bias: 'without' } as const;
    const sums = curvatureSums(layer, 'kept');
    const shape = { channels: 3, height: 1, width: 1 };
    await sums.add({
      features: { n: 1, ...shape, data: Float64Array.of(1, 1, 1) },
      residuals: new Float64Array(1),
    });
    const fitted = posteriorOf(sums.curvature(), { noiseSd: 2 ** -30, priorPrecision: 1 });
    expect(await rejected(varianceForm(fitted))).toBe(
      'NOT_POSITIVE_SEMIDEFINITE posterior: the prior precision must not be lost in the rounding of the curvature G/(σ²T); ' +
        'got 0 left on its diagonal in row 1 (counted from 0). Take a larger prior precision or noise sd, or the structure diag.',
    );
  });

  test('isotropic has no evidence to tune by, and neither have residuals of 0', async () => {
    const curvature = await curvatureOf(cases[0]!);
    const spectrum = await curvatureSpectrum(posteriorOf(curvature));
    const data = { curvature, spectrum, squaredWeights: 1 };
    expect(thrown(() => maximumEvidence(data, { structure: 'isotropic', temperature: 1 }))).toMatch(
      /^CONFLICTING_OPTIONS --tune marginal-likelihood: needs a structure that learns from the data/,
    );
    const exact = { ...data, curvature: { ...curvature, squaredResiduals: 0 } };
    expect(thrown(() => maximumEvidence(exact, { structure: 'full', temperature: 1 }))).toBe(
      'DID_NOT_CONVERGE maximumEvidence: residuals, weights and curvature must not be 0, or the evidence has no maximum; ' +
        'got squared residuals 0, squared weights 1.',
    );
  });
});

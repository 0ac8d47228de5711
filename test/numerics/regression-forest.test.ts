import { describe, expect, test } from 'vitest';
import { concordance } from '../../numerics/order-statistics.js';
import { outOfBagPredictions } from '../../numerics/regression-forest.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { expectClose } from '../support/tolerance.js';

const normals = (name: string, n = 400) => standardNormals(n, seededRandom(1, name));
const features = [normals('first'), normals('second')];
const random = () => seededRandom(1, 'forest');

describe('outOfBagPredictions', () => {
  test('of a constant are that constant', () => {
    const predicted = outOfBagPredictions(features, new Float64Array(400).fill(7), { random: random() });
    expect(new Set(predicted)).toEqual(new Set([7]));
  });

  test('learn a step at any quantile nearly perfectly', () => {
    const step = features[0]!.map((value) => (value > 0.7 ? 1 : 0));
    const predicted = outOfBagPredictions(features, step, { random: random(), tried: 2 });
    expect(concordance(step, predicted)).toBeGreaterThan(0.99);
    const wrong = predicted.filter((value, row) => Math.round(value) !== step[row]).length;
    expect(wrong).toBeLessThan(8);
  });

  test('learn two features on unlike sides, of which neither alone says anything', () => {
    const unlike = features[0]!.map((value, row) => (value > 0 !== features[1]![row]! > 0 ? 1 : 0));
    const predicted = outOfBagPredictions(features, unlike, { random: random(), tried: 2 });
    expect(concordance(unlike, predicted)).toBeGreaterThan(0.95);
  });

  test('have seen nothing of their own row: of noise they know nothing', () => {
    const target = normals('noise').map((value) => (value > 0 ? 1 : 0));
    const predicted = outOfBagPredictions(features, target, { random: random() });
    // 0.5 with standard deviation 0.029
    expect(Math.abs(concordance(target, predicted) - 0.5)).toBeLessThan(0.1);
  });

  test('depend on the order of a feature alone', () => {
    const target = normals('noise');
    const bent = features.map((feature) => feature.map((value) => Math.exp(value)));
    const once = outOfBagPredictions(features, target, { random: random() });
    expect([...outOfBagPredictions(bent, target, { random: random() })]).toEqual([...once]);
  });
});

describe('concordance', () => {
  test('counts pairs of unlike outcomes, equal predictions half', () => {
    expect(concordance([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBe(0.75);
    expect(concordance([0, 1], [1, 1])).toBe(0.5);
    expect(concordance([2, 2], [1, 3])).toBe(0.5);
  });

  test('of three levels is the mean over pairs of levels, weighted by their pairs', () => {
    // pairs: 0–½ twice, one agreeing; 0–1 once, agreeing; ½–1 twice, one agreeing
    expectClose(concordance([0, 0.5, 0.5, 1], [2, 1, 3, 2.5]), 3 / 5, 1e-12);
  });
});

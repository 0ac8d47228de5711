import { DETAIL_FORMS, type DetailFormName } from './detail-forms.js';
import type { SimulatedWorld } from './simulated-worlds.js';
import type { Counted } from './world-rates.js';

/** A world, what is counted in it, and how often it is simulated. */
export interface CatalogedWorld {
  readonly name: string;
  readonly counted: Counted;
  readonly trials: number;
  readonly world: SimulatedWorld;
}

const HEADLINE = 1000;
const OTHERS = 400;

/** A random score with ties, while the last third of the ids is spoiled: an order by ids would help. */
function tied(levels: number, rule: string, trials = OTHERS): CatalogedWorld {
  const world = { n: 200, d: 2, details: 2, rule, spoiled: { by: 'id' }, score: { levels } } as const;
  return { name: `random score of ${levels} levels, ${rule}`, counted: 'helps or hurts', trials, world };
}

/** A score that is detail, of images that are spoiled just as it says: the hardest case. */
function ofForm(form: DetailFormName, n: number, rule: string, trials = OTHERS): CatalogedWorld {
  const world = { n, rule, spoiled: { by: 'form', form }, score: { form } } as const;
  return { name: `${form} of detail, n = ${n}, ${rule}`, counted: 'helps', trials, world };
}

/** The same with noise: some of what is kept is chance, none of it is knowledge. */
function noisy(form: DetailFormName, noise: number): CatalogedWorld {
  const world = { n: 400, rule: 'q70', spoiled: { by: 'form', form }, score: { form, noise } } as const;
  return { name: `${form} of detail with noise ${noise}, q70`, counted: 'helps', trials: OTHERS, world };
}

/** A score that knows what is spoiled by chance, of which detail shows a share. */
function knowing(n: number, seen: number, shift: number, trials = OTHERS): CatalogedWorld {
  const score = { spoiled: 1, noise: 0.2 };
  const world = { n, rule: 'q70', spoiled: { by: 'chance', seen }, shift, score } as const;
  return {
    name: `knows, detail shows ${100 * seen} %, n = ${n}, shift ${shift}`,
    counted: 'helps',
    trials,
    world,
  };
}

const RULES: Readonly<Record<DetailFormName, string>> = {
  step: 'keep-250',
  clipping: 'q70',
  band: 'keep-200',
  and: 'keep-260',
  xor: 'keep-260',
  product: 'q70',
  sum: 'q50',
  largest: 'q70',
  ratio: 'q84',
  distance: 'q70',
  'five steps': 'keep-280',
};

/** Every simulated world: false verdicts first, power last. */
export const WORLDS: readonly CatalogedWorld[] = [
  tied(2, 'keep-168', HEADLINE),
  tied(3, 'keep-168'),
  tied(5, 'keep-100'),
  tied(20, 'keep-60'),
  tied(3, 'q84'),
  tied(5, 'mean+1sd'),
  ofForm('step', 400, 'keep-250', HEADLINE),
  ...(Object.keys(DETAIL_FORMS) as DetailFormName[])
    .filter((form) => form !== 'step')
    .map((form) => ofForm(form, 400, RULES[form])),
  ofForm('xor', 1000, 'keep-650'),
  ofForm('product', 2000, 'q70'),
  noisy('step', 0.6),
  noisy('xor', 0.6),
  noisy('sum', 0.4),
  noisy('product', 1),
  knowing(400, 0, 1, HEADLINE),
  knowing(400, 0.5, 1),
  knowing(1000, 0.67, 0.7),
];

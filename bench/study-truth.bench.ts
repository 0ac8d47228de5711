import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VERSION } from '../encoders/encoder.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import { FALSE_RANKINGS } from '../sample-size-study/study-rankings.js';
import { thisMachine } from './measuring/this-machine.js';
import { trialJournal } from './measuring/trial-journal.js';
import { studyTrial, type TrialOutcome } from './truth/study-trial.js';
import { type StudyTruthCase, studyTruthCases } from './truth/study-truth-cases.js';

const RESULT = fileURLToPath(new URL('../../bench/results/study-truth.json', import.meta.url));
const SEEDS = 400;
const N = 240;

/** What studies said of one metric in one population, over all seeds. */
export interface StudyTruth {
  readonly population: string;
  readonly metric: string;
  readonly seeds: number;
  /** share of the 95 % intervals that held the limit */
  readonly coverage: number;
  /** share of the studies that ranked any two of three arms of one population */
  readonly falselyRanking: number;
  /** share of the pairs of two populations that were ranked, and how many the wrong way round; null for is, alike in both */
  readonly rightlyRanked: number | null;
  readonly reversed: number | null;
  /** b of limit + b/n: by formula for the population, by formula for the pool, as fitted, and the standard error of that mean */
  readonly slope: {
    readonly true: number;
    readonly analytic: number;
    readonly fitted: number;
    readonly standardError: number;
  } | null;
  /**
   * Shares of the pairs across: whose lines cross and were reported, of these those whose interval holds the true n, those with an interval that ends on
   * one side, and on both; share of pairs alike whose reported interval ends
   */
  readonly crossings: {
    readonly reported: number;
    readonly held: number | null;
    readonly withOneEnd: number;
    readonly withBothEnds: number;
    readonly falselyReported: number;
  };
}

function summary(population: StudyTruthCase, metric: string, outcomes: readonly TrialOutcome[]): StudyTruth {
  const share = (hits: number, all: number) => Number((hits / all).toPrecision(4));
  const sum = (of: (outcome: TrialOutcome) => number) =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const isBlind = metric === 'is'; // a shift of all logits changes no label
  const crossings = outcomes.flatMap((outcome) => outcome.crossings);
  const slopes = outcomes.flatMap(({ slope }) => (slope === null ? [] : [slope]));
  return {
    population: population.name,
    metric,
    seeds: outcomes.length,
    coverage: share(
      sum(({ held }) => held.filter(Boolean).length),
      sum(({ held }) => held.length),
    ),
    falselyRanking: share(outcomes.filter(({ falselyRanked }) => falselyRanked > 0).length, outcomes.length),
    rightlyRanked: isBlind
      ? null
      : share(
          sum(({ rightlyRanked }) => rightlyRanked),
          3 * outcomes.length,
        ),
    reversed: isBlind ? null : sum(({ reversed }) => reversed),
    crossings: {
      reported: share(crossings.length, 3 * outcomes.length),
      held:
        crossings.length === 0
          ? null
          : share(crossings.filter(({ isHeld }) => isHeld).length, crossings.length),
      withOneEnd: share(crossings.filter(({ ends }) => ends === 1).length, 3 * outcomes.length),
      withBothEnds: share(crossings.filter(({ ends }) => ends === 2).length, 3 * outcomes.length),
      falselyReported: share(
        sum(({ falseCrossings }) => falseCrossings),
        3 * outcomes.length,
      ),
    },
    slope:
      population.slope === null
        ? null
        : {
            true: population.slope,
            analytic: mean(outcomes.map(({ analyticSlope }) => analyticSlope!))!,
            fitted: mean(slopes)!,
            standardError: standardDeviation(slopes, 1)! / Math.sqrt(slopes.length),
          },
  };
}

/** Whole studies in populations whose limits are known: how often intervals hold them, and arms of one population are ranked. */
export async function studyTruthBench({
  seeds,
  n,
  journal,
}: {
  readonly seeds: number;
  readonly n: number;
  /** file that keeps the trials of a run that is stopped */
  readonly journal?: string | undefined;
}): Promise<readonly StudyTruth[]> {
  const journaled = trialJournal(journal);
  const found: StudyTruth[] = [];
  for (const population of studyTruthCases()) {
    const trials: (readonly TrialOutcome[])[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      trials.push(await journaled(`${population.name} ${seed}`, () => studyTrial(population, { seed, n })));
    }
    for (const [index, metric] of population.metrics.entries()) {
      const truth = summary(
        population,
        metric,
        trials.map((outcomes) => outcomes[index]!),
      );
      found.push(truth);
      console.log(JSON.stringify(truth));
    }
  }
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const seeds = Number(process.argv[2] ?? SEEDS);
  const truths = await studyTruthBench({ seeds, n: N, journal: process.argv[3] });
  const result = {
    command: `node dist/bench/study-truth.bench.js ${seeds}`,
    machine: thisMachine(),
    versions: { steadfid: VERSION, node: process.versions.node },
    imagesPerArm: N,
    level: 0.95,
    falseRankingsAllowed: FALSE_RANKINGS,
    truths,
  };
  mkdirSync(fileURLToPath(new URL('../../bench/results/', import.meta.url)), { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
}

import { designStatement } from '../../metrics/design/design-statement.js';
import { samplingDesign } from '../../metrics/design/sampling-design.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { DESIGN_WORLDS, WARNED_WORLDS } from '../coverage/design-worlds.js';
import { studyTrial } from '../truth/study-trial.js';
import { studyTruthCases } from '../truth/study-truth-cases.js';

/** Planted cases whose answer is known: what is said of each, by its name. */
export type PlantedVerdicts = Readonly<Record<string, string>>;

/** Doubts that a design is planted to raise; others depend on chance. */
const PLANTED_DOUBTS: ReadonlySet<string> = new Set([
  'CORRELATED_IN_ORDER',
  'HEAVY_TAILS',
  'DUPLICATES_WITHIN_SIDE',
  'DUPLICATES_BETWEEN_SIDES',
  'NEAR_COPIES_BETWEEN_SIDES',
  'PAIRED_SETS',
  'NO_INTERVAL',
]);

/** What designs are found, and which doubts are raised, in each world of the design bench. */
async function designVerdicts(seed: number): Promise<PlantedVerdicts> {
  const verdicts: Record<string, string> = {};
  for (const world of [...DESIGN_WORLDS, ...WARNED_WORLDS]) {
    const sets = world.draw(400, seededRandom(seed, world.name));
    const design = await samplingDesign(sets, plainAlgebra, 'thorough');
    const [found] = await metricById('fid').evaluate(
      sets,
      {},
      { interval: { level: 0.95 }, algebra: plainAlgebra },
    );
    const codes = new Set(found!.warnings.map(({ code }) => code).filter((code) => PLANTED_DOUBTS.has(code)));
    verdicts[`${world.name}, seed ${seed}`] =
      `${designStatement(design).kinds.join(' ')}: ${[...codes].sort().join(' ')}`;
  }
  return verdicts;
}

/** Which sets a study ranks, of populations that are alike and apart. */
async function studyVerdicts(seed: number): Promise<PlantedVerdicts> {
  const verdicts: Record<string, string> = {};
  for (const population of studyTruthCases()) {
    if (population.name.endsWith('lines cross')) continue; // its order is not known at this n
    for (const { metric, falselyRanked, rightlyRanked, reversed } of await studyTrial(population, {
      seed,
      n: 240,
    })) {
      const isPlanted = population.name.includes('apart') && ['fid', 'kid'].includes(metric);
      verdicts[`${population.name}, ${metric}, seed ${seed}`] = JSON.stringify({
        falselyRanked,
        reversed,
        ...(isPlanted ? { rightlyRanked } : {}),
      });
    }
  }
  return verdicts;
}

/** Verdicts of all planted cases, for the first `seeds` seeds. */
async function plantedVerdicts(seeds: number): Promise<PlantedVerdicts> {
  let verdicts: PlantedVerdicts = {};
  for (let seed = 1; seed <= seeds; seed++)
    verdicts = { ...verdicts, ...(await designVerdicts(seed)), ...(await studyVerdicts(seed)) };
  return verdicts;
}

if (process.argv[1]?.endsWith('planted-verdicts.js'))
  process.stdout.write(JSON.stringify(await plantedVerdicts(Number(process.argv[2]))));

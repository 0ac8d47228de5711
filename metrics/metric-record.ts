import { defined } from '../defined.js';
import { NumericalError, OptionError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { interruptibleAlgebra, openAlgebra } from '../numerics/open-algebra.js';
import { canonicalSets, fileSets } from './canonical-order.js';
import { requireLikeProvenance, SIDES } from './comparable-sets.js';
import { designWarnings } from './design/design-warnings.js';
import { isIndependent, samplingDesign } from './design/sampling-design.js';
import type {
  EvaluatedSets,
  EvaluationRequest,
  ImageCounts,
  MetricCapabilities,
  MetricDefinition,
  MetricFamily,
  MetricOf,
  MetricValue,
  ParameterDefinition,
  Parameters,
} from './metric-definition.js';
import { completeParameters, defaultParameters, type ParameterValues } from './metric-parameters.js';
import { collapseWarnings, sizeWarnings } from './size-warnings.js';
import { lossyWarnings, repetitionWarnings, sharedWarnings, withWarnings } from './warnings.js';

/** What a record computes from, once everything that can be checked beforehand has been. */
export interface Evaluation<P extends Definitions = Definitions> {
  readonly sets: EvaluatedSets;
  /** the record's, and over them the caller's; each is what its definition allows */
  readonly parameters: ParameterValues<P>;
  readonly algebra: Algebra;
  readonly interval: { readonly level: number } | null;
  /** whether the images that the metric looks at are independent draws, so that formulas of such hold */
  readonly isIndependent: boolean;
}

type Definitions = Readonly<Record<string, ParameterDefinition>>;

/** Of a metric of no family: no engine knows its curves or its subsets, and its expectation depends on n. */
export const OF_NO_FAMILY = {
  family: { kind: 'other' },
  isUnbiased: false,
  cost: 'other',
  curves: 'protocol',
  subsets: 'none',
  repeats: 'few',
} as const satisfies MetricCapabilities;

/** What the author of a metric writes; the definition is made from it. */
interface MetricRecord<P extends Definitions, F extends MetricFamily>
  extends Omit<
    MetricDefinition,
    'evaluate' | 'requireImages' | 'parameters' | 'parameterDefinitions' | 'family'
  > {
  readonly family: F;
  readonly parameters: P;
  /** what `MetricDefinition.requireImages` says, by complete parameters; left out where one image is enough */
  requireImages?(counts: ImageCounts, parameters: ParameterValues<P>): void;
  compute(evaluation: Evaluation<P>): Promise<readonly MetricValue[]>;
}

/**
 * A record as the catalog offers it: parameters are completed and checked, then the sets' provenance (unless one side alone
 * is looked at), and only then is anything computed. Here, and nowhere else, a number that is not finite becomes null with a reason.
 *
 * @throws ProvenanceError UNLIKE_EMBEDDINGS, OptionError UNKNOWN_PARAMETER, OUT_OF_RANGE
 */
export function metricDefinition<const P extends Definitions, F extends MetricFamily>(
  record: MetricRecord<P, F>,
): MetricOf<F> {
  const { compute, parameters: definitions, ...definition } = record;
  const complete = (given: Parameters) =>
    completeParameters(record.id, definitions, given) as ParameterValues<P>;
  return {
    ...definition,
    parameters: defaultParameters(definitions),
    parameterDefinitions: definitions,
    requireImages(counts: ImageCounts, given: Parameters) {
      if (record.heldOut === 'needed' && counts.heldOut === undefined) throw noHeldOut(record.id);
      record.requireImages?.(counts, complete(given));
    },
    async evaluate(asGiven: EvaluatedSets, given: Parameters, request: EvaluationRequest = {}) {
      const parameters = complete(given);
      requireLevel(request);
      if (record.heldOut === 'needed' && asGiven.heldOut === undefined) throw noHeldOut(record.id);
      if (record.sides === 'both') requireLikeProvenance(asGiven);
      if (record.heldOut === 'needed')
        requireLikeProvenance({ reference: asGiven.heldOut!, generated: asGiven.generated });
      const sets = canonicalSets(asGiven);
      const engine = request.algebra ?? (await openAlgebra());
      const { signal } = request;
      const algebra = signal === undefined ? engine : interruptibleAlgebra(engine, signal, record.id);
      const interval = request.interval ?? null;
      const search = interval === null ? (request.search ?? 'none') : 'thorough';
      const design = await samplingDesign(sets, algebra, search);
      const independent = isIndependent(design, record.sides);
      const computing = (of: EvaluatedSets) =>
        compute({ sets: of, parameters, algebra, interval, isIndependent: independent });
      const computed = await computing(sets).catch(async (error: unknown) => {
        if (error instanceof NumericalError) await computing(fileSets(asGiven)); // whose error names the row of the file
        throw error;
      });
      const values = computed.map(finiteValue);
      if (record.sides === 'generated') {
        const doubts = [
          ...collapseWarnings([sets.generated]),
          ...repetitionWarnings([sets.generated]),
          ...designWarnings({ sets, design, sides: ['generated'], interval, tails: false }),
        ];
        return values.map((value) => withWarnings(value, doubts));
      }
      const doubts = [
        ...collapseWarnings([sets.reference, sets.generated]),
        ...lossyWarnings(sets),
        ...sizeWarnings(sets),
        ...repetitionWarnings([sets.reference, sets.generated]),
        ...sharedWarnings(sets, design),
        ...designWarnings({
          sets,
          design,
          sides: SIDES,
          interval,
          tails: dependsOnTails(record.family, parameters),
        }),
      ];
      return values.map((value) => withWarnings(value, doubts));
    },
  };
}

function noHeldOut(id: string): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: `--metric ${id}`,
    expected:
      'the metric needs images that were held out from training, beside the training images as reference',
    received: 'two sets',
    help: 'Give them to steadfid score as --held-out SET.',
  });
}

/** Whether the formula takes second or higher moments of the embeddings, which a few far images may decide. */
function dependsOnTails(family: MetricFamily, parameters: Parameters): boolean {
  if (family.kind === 'frechet') return true;
  return (
    family.kind === 'kernel' &&
    family.vectors === 'as-given' &&
    family.kernelOf(1, parameters).kind === 'polynomial'
  );
}

/** Why a number is null that came out as none. */
export const OVERFLOW =
  'the embeddings are too large or too small for float64: an intermediate result overflowed';

/** A number that overflowed is null with the reason, and so are its standard error and interval. */
function finiteValue(given: MetricValue): MetricValue {
  const { value, spread, standardError, interval, ...rest } = given;
  if (value === null) return given;
  if (!Number.isFinite(value)) return { ...rest, value: null, reason: `${OVERFLOW} (${value})` };
  const { low = 0, high = 0, estimate = 0 } = interval ?? {};
  const estimated = [standardError ?? 0, low, high, estimate].every(Number.isFinite);
  const scored = { ...rest, value, ...(Number.isFinite(spread?.value) ? { spread: spread! } : {}) };
  if (!estimated) return withWarnings(scored, [{ code: 'NO_INTERVAL', message: `no interval: ${OVERFLOW}` }]);
  return {
    ...scored,
    ...defined({ standardError, interval }),
  };
}

function requireLevel({ interval }: EvaluationRequest): void {
  if (interval !== undefined && !(interval.level > 0 && interval.level < 1)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: '--interval',
      expected: 'the level must lie between 0 and 1',
      received: String(interval.level),
      help: 'Usual levels are 0.95 and 0.9.',
    });
  }
}

/** The given parameters that a metric knows. */
export function ownParameters(metric: MetricDefinition, given: Parameters): Parameters {
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in metric.parameters));
}

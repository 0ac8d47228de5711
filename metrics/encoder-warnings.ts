import type { EncoderOrigin, Warning } from '../encoders/encoder.js';
import { preprocessingId } from '../encoders/images/preprocessing.js';
import { tappedEncoder } from '../encoders/networks/tapped-encoder.js';
import type { Comparison, MetricDefinition } from './metric-definition.js';

const DEMO: Warning = {
  code: 'DEMO_ENCODER',
  message: 'demo encoder: not comparable with published values',
};

/** Whether a set's warning is of its encoder, and so belongs to each result rather than to the whole report. */
export function isOfEncoder({ code }: Warning): boolean {
  return code === 'UNKNOWN_PROVENANCE';
}

/** What a result must say of the network behind it: that it is a demo, a file of the user's, or not known. */
export function encoderWarnings(
  { reference, generated }: Comparison,
  {
    id,
    sides,
    encoder,
    preprocessing,
    variantOf,
  }: Pick<MetricDefinition, 'id' | 'sides' | 'encoder' | 'preprocessing' | 'variantOf'>,
): readonly Warning[] {
  const looked = sides === 'both' ? [reference, generated] : [generated];
  const has = (origin: EncoderOrigin): boolean => looked.some(({ encoder }) => encoder.origin === origin);
  const warnings: Warning[] = [];
  if (has('demo')) warnings.push(DEMO);
  if (has('custom')) {
    const ids = new Set(looked.flatMap(({ encoder }) => (encoder.origin === 'custom' ? [encoder.id] : [])));
    warnings.push({
      code: 'CUSTOM_ENCODER',
      message: `${[...ids].join(', ')} is not a published network: compare only with values from the same file`,
    });
  }
  const strange = looked.find(
    ({ encoder: { id, origin, preprocessing: made } }) =>
      origin === 'official' && id === encoder && made !== null && made !== preprocessingId(preprocessing),
  );
  if (strange !== undefined) {
    warnings.push({
      code: 'OTHER_PREPROCESSING',
      message: `defined on ${preprocessingId(preprocessing)}; ${strange.source} was encoded with ${strange.encoder.preprocessing}: not the published protocol`,
    });
  }
  const tapped = looked.map((set) => tappedEncoder(set.encoder.id)).find((found) => found?.of.id === encoder);
  if (tapped !== undefined) {
    warnings.push({
      code: 'OTHER_LAYER',
      message: `of layer ${tapped.tap} of ${encoder}: compare only with values of that layer, and not with published ones of ${id}`,
    });
  }
  const foreign = looked.find(
    ({ encoder: found }) =>
      found.origin !== 'unknown' && found.id !== encoder && tappedEncoder(found.id)?.of.id !== encoder,
  );
  if (variantOf !== undefined && foreign !== undefined) {
    warnings.push({
      code: 'OTHER_PROTOCOL',
      message: `the same as ${variantOf} on ${foreign.encoder.id} with its own preprocessing: ${id} is defined by ${encoder} on ${preprocessingId(preprocessing)}`,
    });
  }
  const ofSets = looked.flatMap((set) => set.warnings.filter(isOfEncoder));
  return [...warnings, ...new Map(ofSets.map((warning) => [warning.message, warning])).values()];
}

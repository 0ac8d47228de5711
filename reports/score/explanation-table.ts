import picocolors from 'picocolors';
import { z } from 'zod';
import { VERSION } from '../../encoders/encoder.js';
import { metricLabel } from '../../metrics/metric-catalog.js';
import { countText, listText, numberText } from '../../numerics/number-text.js';
import type { FacetDifference, NumberSetting } from '../../scoring/explained-difference.js';
import type { ExplainedDifference } from '../../scoring/measured-differences.js';
import { knownSource, setContentSchema } from '../files/json-formats.js';
import { lineText, wrappedText } from '../text/visible-text.js';
import { encoderIdentity } from './score-schema.js';
import type { TextStyle } from './score-table.js';

const count = z.int().min(0).nullable();
const set = z.strictObject({
  text: z.string(),
  path: z.string().nullable(),
  content: setContentSchema,
  known: knownSource.optional().describe('the published file of statistics that it is'),
});
const setting = z.strictObject({
  source: z.string(),
  metric: z.string(),
  protocol: z.string(),
  value: z.number().nullable(),
  formula: z.string(),
  parameters: z.record(z.string(), z.union([z.number(), z.string()])),
  n: z.strictObject({ reference: count, generated: count }),
  reference: set,
  generated: set,
  encoder: encoderIdentity,
  format: z.string().nullable(),
  files: z.strictObject({
    decoding: z.string().nullable(),
    lossy: z
      .enum(['reference', 'generated', 'none'])
      .nullable()
      .describe('the side that alone is lossy; none: both are lossless; null: nothing says'),
  }),
});

/** What `explain-difference --json` prints, `steadfid/explained-difference/1`. */
export const explainedDifferenceSchema = z.strictObject({
  schema: z.literal('steadfid/explained-difference/1'),
  version: z.string(),
  numbers: z.array(
    z.strictObject({
      metric: z.string(),
      first: setting,
      second: setting,
      difference: z.number().nullable().describe('the second less the first'),
      sample: z
        .strictObject({ n: z.strictObject({ reference: z.int(), generated: z.int() }), value: z.number() })
        .nullable()
        .describe('what effects are measured on, and its number as the first is computed'),
      reason: z.string().optional().describe('why nothing was measured'),
      differences: z.array(
        z.strictObject({
          facet: z.string(),
          first: z.string().nullable().describe('null: nothing says'),
          second: z.string().nullable(),
          effect: z.union([
            z.strictObject({
              change: z.number().describe('of the first number, all else as it is'),
              how: z.string(),
            }),
            z.strictObject({ change: z.null(), reason: z.string() }),
          ]),
        }),
      ),
    }),
  ),
});

/** The explanations as they are written. */
export function explanations(numbers: readonly ExplainedDifference[]) {
  return { schema: 'steadfid/explained-difference/1', version: VERSION, numbers } as const;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${numberText(value)}`;
}

function valueLine({ metric, value, source }: NumberSetting): string {
  return `${metricLabel(metric)} ${value === null ? 'without a value' : numberText(value)}  ${source}`;
}

function differenceLines({ facet, first, second, effect }: FacetDifference): readonly string[] {
  const change = `${facet}: ${first ?? 'not stated'} → ${second ?? 'not stated'}`;
  return effect.change === null ? [change] : [change, `    ${signed(effect.change)}, ${effect.how}`];
}

/** Why some effects are not known, each reason once with the facets that it keeps from being measured. */
function unmeasuredLines(differences: readonly FacetDifference[]): readonly string[] {
  const facets = new Map<string, string[]>();
  for (const { facet, effect } of differences)
    if (effect.change === null) facets.set(effect.reason, [...(facets.get(effect.reason) ?? []), facet]);
  return [...facets].map(([reason, of]) => `Not measured (${reason}): ${listText(of)}.`);
}

/** Each pair of numbers with what it differs in, for the terminal. */
export function explanationTable(
  numbers: readonly ExplainedDifference[],
  { columns, colors }: TextStyle,
): string {
  const { bold, dim } = picocolors.createColors(colors === 'on');
  const lines = numbers.flatMap(({ first, second, difference, sample, differences }) => {
    const unstated = differences.filter((one) => one.first === null || one.second === null);
    return [
      bold(lineText(`first   ${valueLine(first)}`)),
      bold(lineText(`second  ${valueLine(second)}`)),
      ...(difference === null ? [] : [`second less first: ${signed(difference)}`]),
      '',
      ...(differences.length === 0 ? ['They differ in nothing that is stated.'] : []),
      ...differences.flatMap((one) => differenceLines(one).flatMap((text) => wrappedText(text, { columns }))),
      '',
      ...(sample === null
        ? []
        : [
            `Measured on ${countText(sample.n.reference)} reference and ${countText(sample.n.generated)} generated images of the first, whose number there is ${numberText(sample.value)}, one thing changed at a time. Effects need not add up.`,
            ...unmeasuredLines(differences),
          ]
      ).flatMap((text) => wrappedText(text, { columns }).map(dim)),
      ...(unstated.length === 0
        ? []
        : wrappedText(
            `Not stated by one of the two, and perhaps alike: ${listText(unstated.map(({ facet }) => facet))}.`,
            { columns },
          ).map(dim)),
      '',
    ];
  });
  const alone = new Set(numbers.flatMap(({ reason }) => reason ?? []));
  const said = [...alone].flatMap((reason) => wrappedText(`Differences alone: ${reason}.`, { columns }));
  return [...lines, ...said.map(dim), ...(said.length === 0 ? [] : [''])].join('\n');
}

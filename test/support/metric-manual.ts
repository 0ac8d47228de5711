import { preprocessingId } from '../../encoders/images/preprocessing.js';
import { METRICS } from '../../metrics/metric-catalog.js';
import type { MetricDefinition, ResultDefinition } from '../../metrics/metric-definition.js';
import { type MetricFacts, metricFacts } from './metric-facts.js';

const BETTER = { 'lower-is-better': 'lower', 'higher-is-better': 'higher', neither: 'neither' } as const;

function unique(words: readonly string[]): string {
  return [...new Set(words)].join(', ');
}

/** A row of a table. */
export function cells(...texts: readonly string[]): string {
  return `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The catalog, one line a metric. */
export function metricTable(): string {
  return [
    cells('metric', 'better', 'of', 'network', 'what it is'),
    cells('---', '---', '---', '---', '---'),
    ...METRICS.map(({ id, results, uses, encoder, title }) =>
      cells(
        `[\`${id}\`](#${id})`,
        unique(results.map(({ direction }) => BETTER[direction])),
        uses,
        `\`${encoder}\``,
        title,
      ),
    ),
  ].join('\n');
}

function resultText({
  id,
  direction,
  range: [low, high],
  highIs,
  atEquality,
  symmetric,
  units,
}: ResultDefinition) {
  const swapped = symmetric ? 'symmetric' : 'not symmetric';
  const equal = atEquality === null ? [] : [`${atEquality} for equal sets`];
  return [
    `\`${id}\`: ${low ?? '−∞'} … ${highIs ?? (high === null ? '∞' : Number(high.toPrecision(4)))}`,
    `${BETTER[direction]} is better`,
    ...equal,
    swapped,
    units,
  ].join('; ');
}

function parameterText({ parameters }: MetricDefinition): string {
  const defaults = Object.entries(parameters).map(([name, value]) => `\`${name}\` = ${value}`);
  return defaults.length === 0 ? 'none' : defaults.join(', ');
}

function intervalText(
  { isUnbiased }: MetricDefinition,
  { methods, leastForInterval, biasRemoved, withoutInterval }: MetricFacts,
): string {
  if (withoutInterval !== null) return `none: ${withoutInterval}`;
  const middle = biasRemoved && !isUnbiased ? ', around the bias-corrected estimate' : '';
  return `${methods.join(', ')}${middle}; needs ${leastForInterval} images`;
}

function ofTraining({ heldOut }: MetricDefinition): string {
  return heldOut === 'needed'
    ? ' of training images (the reference), generated and held-out ones (`--held-out`)'
    : '';
}

function section(metric: MetricDefinition, facts: MetricFacts): string {
  const lines: readonly (readonly [string, string])[] = [
    ['formula', metric.formula],
    ...metric.results.map((result) => ['gives', resultText(result)] as const),
    [
      'computed from',
      `${metric.uses}${metric.sides === 'generated' ? ' of the generated set alone' : ''}${ofTraining(metric)}`,
    ],
    ['unchanged by', metric.invariantUnder.map((change) => `${change} of both sets`).join(', ') || '–'],
    ['network', `\`${metric.encoder}\`, images as \`${preprocessingId(metric.preprocessing)}\``],
    ['parameters', parameterText(metric)],
    ['least n', `${facts.leastForValue}${metric.sides === 'both' ? ' in each set' : ''}`],
    ['bias', metric.bias],
    ['interval', intervalText(metric, facts)],
    ['follows', metric.agreesWith],
    ['source', metric.source],
  ];
  const elsewhere = metric.disagreements.map((text) => `* ${text}`);
  return [
    `## ${metric.id}`,
    '',
    cells('', metric.title),
    cells('---', '---'),
    ...lines.map(([name, text]) => cells(name, text)),
    ...(elsewhere.length === 0 ? [] : ['', 'Elsewhere:', '', ...elsewhere]),
  ].join('\n');
}

/** A section for each metric of the catalog, from its record and from what it does when run. */
export async function metricSections(): Promise<string> {
  const sections: string[] = [];
  for (const metric of METRICS) sections.push(section(metric, await metricFacts(metric)));
  return sections.join('\n\n');
}

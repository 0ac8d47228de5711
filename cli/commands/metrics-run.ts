import { preprocessingId } from '../../encoders/images/preprocessing.js';
import { METRICS, metricById } from '../../metrics/metric-catalog.js';
import type { MetricDefinition, ResultDefinition } from '../../metrics/metric-definition.js';
import { tableText } from '../../reports/text/text-tables.js';
import { wrappedText } from '../../reports/text/visible-text.js';
import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import type { METRICS_FLAGS } from './metrics.js';

const BETTER = { 'lower-is-better': 'lower', 'higher-is-better': 'higher', neither: 'neither' } as const;

function betterText(results: readonly ResultDefinition[]): string {
  return [...new Set(results.map(({ direction }) => BETTER[direction]))].join(', ');
}

function rangeText([low, high]: ResultDefinition['range']): string {
  return `${low ?? '−∞'} … ${high === null ? '∞' : Number(high.toPrecision(4))}`;
}

function listText(): string {
  const [head, ...lines] = tableText({
    header: ['metric', 'better', 'encoder', 'what it is'],
    rows: METRICS.map(({ id, results, encoder, title }) => [id, betterText(results), encoder, title]),
    align: ['left', 'left', 'left', 'left'],
  });
  return [
    head,
    ...lines,
    '',
    'steadfid metrics <id> shows formula, source, preprocessing and parameters.',
  ].join('\n');
}

/** `name   text`, with what is long continued below the text. */
function factText(name: string, text: string, columns: number): string {
  const [first, ...rest] = wrappedText(text, { columns: columns - 16 });
  return [`  ${name.padEnd(14)}${first}`, ...rest.map((line) => `${' '.repeat(14)}${line}`)].join('\n');
}

const DIRECTIONS = {
  'lower-is-better': 'lower is better',
  'higher-is-better': 'higher is better',
  neither: 'neither is better',
} as const;

function detailText(metric: MetricDefinition, columns: number): string {
  const parameters = Object.entries(metric.parameters).map(([name, value]) => `${name} = ${value}`);
  const results = metric.results.map(
    ({ id, direction, range, units, formula }) =>
      `${id}: ${DIRECTIONS[direction]}, ${rangeText(range)}, ${units}${formula === undefined ? '' : `; ${formula}`}`,
  );
  const facts: readonly (readonly [string, string])[] = [
    ['formula', metric.formula],
    ['source', metric.source],
    ['agrees with', metric.agreesWith],
    ['encoder', metric.encoder],
    ['preprocessing', preprocessingId(metric.preprocessing)],
    ['parameters', parameters.length === 0 ? 'none' : parameters.join(', ')],
    ...results.map((text) => ['gives', text] as const),
  ];
  return [
    `${metric.id}: ${metric.title}`,
    ...facts.map(([name, text]) => factText(name, text, columns)),
  ].join('\n');
}

/** A record as data: everything but its code, with the printable name of its preprocessing. */
function metricJson({ family, parameterDefinitions: _, ...record }: MetricDefinition): object {
  return { ...record, family: family.kind, preprocessingId: preprocessingId(record.preprocessing) };
}

/** `steadfid metrics`: the catalog, or some of it in full. */
export async function runMetrics(
  { arguments: ids, options }: CommandInput<typeof METRICS_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const chosen = ids.length === 0 ? METRICS : ids.map(metricById);
  if (options.json === 'on') terminal.print(JSON.stringify(chosen.map(metricJson), null, 2));
  else if (ids.length === 0) terminal.print(listText());
  else terminal.print(chosen.map((metric) => detailText(metric, terminal.columns)).join('\n\n'));
  return 'done';
}

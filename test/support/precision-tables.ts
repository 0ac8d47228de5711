import { type Agreement, agreementKey, referenceText } from './agreement.js';
import { AGREEMENT_TABLES } from './agreements.js';
import { STATED, type StatedPrecision } from './stated-precision.js';

const UNITS = {
  relative: '',
  'of the scale': ' of the scale',
  absolute: ' absolute',
  'levels of 255': '',
  'relative L2': ' in L2',
} as const;

function levels(count: number): string {
  return count === 0 ? 'every byte' : `${count} level${count === 1 ? '' : 's'}`;
}

function figure(error: number, of: Exclude<Agreement['of'], 'bits'>): string {
  if (of === 'levels of 255') return levels(error);
  return error === 0 ? 'no difference' : `${error.toExponential()}${UNITS[of]}`;
}

function cellsOf(row: Agreement, { error, tolerance, tests }: StatedPrecision): readonly string[] {
  const ran = tests === 1 ? '' : ` (${tests} cases)`;
  const agreement =
    row.of === 'bits' ? ['every bit', 'every bit'] : [figure(error, row.of), figure(tolerance, row.of)];
  const fixture = row.fixture === null ? '' : `\`test/reference/${row.fixture}.json\`, `;
  return [row.step, referenceText(row), `${agreement[0]}${ran}`, agreement[1]!, `${fixture}\`${row.test}\``];
}

/** The tables of docs/precision.md. */
export function precisionTables(): string {
  return Object.entries(AGREEMENT_TABLES)
    .flatMap(([title, rows]) => [
      `## ${title}`,
      '',
      '| step | reference | worst found | held to | fixture, test |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map((row) => {
        const stated = STATED[agreementKey(row)];
        if (stated === undefined) throw new Error(`${agreementKey(row)}: not measured; npm run precision`);
        return `| ${cellsOf(row, stated).join(' | ')} |`;
      }),
      '',
    ])
    .join('\n')
    .trimEnd();
}

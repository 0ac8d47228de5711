import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runReport } from '../../cli/commands/report-run.js';
import { ProgressLine } from '../../cli/progress-line.js';
import { EvaluationError } from '../../errors.js';
import { strictJson } from '../../reports/files/json-formats.js';
import { scoreComparison } from '../../reports/score/score-comparison.js';
import { studyComparison } from '../../sample-size-study/study-comparison.js';
import { exampleComparison } from '../support/compare-report.js';
import { exampleNeighbors } from '../support/neighbors.js';
import { exampleReport } from '../support/score-report.js';
import { exampleStudy } from '../support/study-report.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

const study = await exampleStudy({ arms: ['one'], sizes: [50, 100, 200], repeats: 2 });
const named = <T>(report: T) =>
  [
    { source: 'a', report },
    { source: 'b', report },
  ] as const;
const GALLERY = {
  schema: 'steadfid/gallery/1',
  score: 'sum',
  images: 1,
  threshold: 1,
  scale: { low: 0, high: 1 },
  entries: [{ id: 'img_0', score: 2, rank: 1, isKept: false, image: null, map: null }],
};

interface Kind {
  readonly json: object;
  /** a list of the file and a number in each of its elements */
  readonly list: string;
  readonly number: string;
  /** the report that the file stands beside */
  readonly beside?: readonly [string, object];
}

const KINDS: Readonly<Record<string, Kind>> = {
  score: { json: exampleReport, list: 'results', number: 'value' },
  study: { json: study, list: 'curves', number: 'level' },
  compare: { json: exampleComparison(), list: 'effects', number: 'filtered' },
  uncertainty: { json: exampleUncertainty({ images: 4 }), list: 'correlations', number: 'value' },
  'score-comparison': {
    json: scoreComparison(...named(exampleReport)),
    list: 'metrics',
    number: 'difference',
  },
  'study-comparison': { json: studyComparison(...named(study)), list: 'curves', number: 'level' },
  neighbors: {
    json: exampleNeighbors,
    list: 'nearest',
    number: 'distance',
    beside: ['score.json', exampleReport],
  },
  gallery: {
    json: GALLERY,
    list: 'entries',
    number: 'score',
    beside: ['uncertainty.json', exampleUncertainty({ images: 4 })],
  },
};

const AGAIN = 'It was changed by hand, or written by another version: run the command that made it again.';

function textBeside(name: string): readonly [string, string] | null {
  const { beside } = KINDS[name]!;
  return beside === undefined ? null : [beside[0], strictJson(beside[1], 'report')];
}

/** What `steadfid report` says of a folder with this text; it must leave the folder as it is. */
async function refusal(
  name: string,
  text: string,
  beside: readonly [string, string] | null = textBeside(name),
): Promise<string> {
  const folder = temporaryFolder();
  if (beside !== null) writeFileSync(join(folder, beside[0]), beside[1]);
  writeFileSync(join(folder, `${name}.json`), text);
  const before = readdirSync(folder);
  const terminal = {
    print: () => expect.unreachable(),
    printData: () => expect.unreachable('something was written'),
    remark: () => expect.unreachable('something was written'),
    warn: () => expect.unreachable('something was written'),
    progress: new ProgressLine('silent'),
    columns: 80,
    printedBytes: 0,
    stdout: 'file',
    colors: 'off',
    signal: new AbortController().signal,
  } as const;
  const given = { with: undefined, output: undefined, paper: undefined } as const;
  const options = { ...given, json: 'off', force: 'off', quiet: 'off' } as const;
  const error = await runReport({ arguments: [folder], options }, terminal).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(readdirSync(folder)).toEqual(before);
  expect(error).toBeInstanceOf(EvaluationError);
  return (error as Error).message.replaceAll(folder, 'DIR').replaceAll('\\', '/');
}

/** The JSON with the last element of its list changed. */
function withLast(name: string, change: (last: Record<string, unknown>) => object, length = 1): string {
  const { json, list } = KINDS[name]!;
  const first = (json as Record<string, Record<string, unknown>[]>)[list]![0]!;
  const elements = [...Array.from({ length: length - 1 }, () => first), change(first)];
  return JSON.stringify({ ...json, [list]: elements });
}

describe.each(Object.keys(KINDS))('%s.json', (name) => {
  const { json, list, number } = KINDS[name]!;
  const text = JSON.stringify(json);
  const help =
    name === 'neighbors' || name === 'gallery' ? /Remove it to write the page without them/ : AGAIN;

  test('cut in the middle is said to stop there', async () => {
    const half = text.slice(0, text.length / 2);
    const size = Buffer.byteLength(half).toLocaleString('en-US');
    expect(await refusal(name, half)).toBe(
      `DIR/${name}.json: must be a whole JSON file; got one that stops after ${size} bytes. Copy it again, or run the command that made it again.`,
    );
    expect(await refusal(name, '')).toContain('got one that stops after 0 bytes');
  });

  test('of another version is said to be', async () => {
    expect(await refusal(name, text.replace(`steadfid/${name}/1`, `steadfid/${name}/2`))).toContain(
      `DIR/${name}.json: must be of schema steadfid/${name}/1; got steadfid/${name}/2.`,
    );
    for (const other of ['null', '7', '[]', '{}', '"text"', '{"schema":1}'])
      expect(await refusal(name, other)).toMatch(/whole JSON file|got no schema/);
  });

  test('without a field, or with one too many, is refused by its name', async () => {
    const without = withLast(name, ({ [number]: _, ...rest }) => rest);
    const said = await refusal(name, without);
    expect(said).toMatch(`DIR/${name}.json, ${list}[0].${number}: must be a number; got nothing. `);
    expect(said).toMatch(help);
    const { [list as 'schema']: _, ...headless } = json as { schema: string };
    expect(await refusal(name, JSON.stringify(headless))).toMatch(
      `DIR/${name}.json, ${list}: must be a list; got nothing. `,
    );
  });

  test.each([
    ['"12.5"'],
    ['"NaN"'],
    ['true'],
    ['[1]'],
    ['{}'],
  ])('with %s for a number is refused', async (value) => {
    const said = await refusal(
      name,
      withLast(name, (last) => ({ ...last, [number]: JSON.parse(value) })),
    );
    const received = value === '[1]' ? 'a list' : value === '{}' ? 'an object' : value;
    expect(said).toMatch(`DIR/${name}.json, ${list}[0].${number}: must be a number; got ${received}. `);
  });

  test('with a bare NaN is said to be no JSON, in one line', async () => {
    const said = await refusal(
      name,
      withLast(name, (last) => ({ ...last, [number]: 'HERE' })).replace('"HERE"', 'NaN'),
    );
    expect(said).toMatch(/^DIR\/[a-z-]+\.json: must be a whole JSON file; got Unexpected token .*$/);
  });

  test('with a key __proto__ is refused wherever it stands', async () => {
    const key = '"__proto__":{"polluted":1},';
    const top = text.replace('{', `{${key}`);
    expect(await refusal(name, top)).toMatch(`DIR/${name}.json, __proto__: no field may have this name. `);
    const deep = text.replace(`"${list}":[{`, `"${list}":[{${key}`);
    expect(await refusal(name, deep)).toMatch(
      `DIR/${name}.json, ${list}[0].__proto__: no field may have this name. `,
    );
    expect(({} as { polluted?: number }).polluted).toBe(undefined);
  });

  test('with 10,000 rows and a fault in the last is refused by that one alone', async () => {
    const said = await refusal(
      name,
      withLast(name, (last) => ({ ...last, [number]: 'NaN' }), 10_000),
    );
    expect(said).toMatch(`DIR/${name}.json, ${list}[9999].${number}: must be a number; got "NaN". `);
    expect(said.length).toBeLessThan(250);
  });
});

describe('reports that contradict themselves', () => {
  test('an effect on a metric that the comparison does not have is refused', async () => {
    const broken = { ...exampleComparison(), metrics: [] };
    expect(await refusal('compare', JSON.stringify(broken))).toMatch(
      'DIR/compare.json, effects[0].metric: must be among the metrics; got "fid". ',
    );
  });

  test('a matrix that lacks a setting is refused', async () => {
    const report = exampleUncertainty({ images: 4 });
    const broken = { ...report, comparison: { ...report.comparison, sums: [[1, 2]] } };
    expect(await refusal('uncertainty', JSON.stringify(broken))).toMatch(
      'DIR/uncertainty.json, comparison.sums: must be 2 × 2, a row and a column for each setting; got a list. ',
    );
  });

  test('a value of null without a reason is refused', async () => {
    const silent = withLast('score', ({ reason: _, ...last }) => ({ ...last, value: null }));
    expect(await refusal('score', silent)).toMatch(
      'DIR/score.json, results[0].value: must be a number, or null with a reason; got null. ',
    );
  });
});

describe('provenance.json', () => {
  test.each([
    [
      '{"schema":"steadfid/report-provenance/1","version":"0.1.0"}',
      'provenance.json, command: must be text; got nothing. Remove it, and the page will say that it is not recorded.',
    ],
    [
      '{"schema":"steadfid/report-prov',
      'provenance.json: must be a whole JSON file; got one that stops after 31 bytes. Copy it again, or run the command that made it again.',
    ],
    [
      '{"schema":"steadfid/provenance/1"}',
      'provenance.json: must be of schema steadfid/report-provenance/1; got steadfid/provenance/1. It is of another version of steadfid, or of another kind of report.',
    ],
  ])('provenance.json that holds %s is refused', async (text, said) => {
    const report = strictJson(exampleReport, 'report');
    expect(await refusal('score', report, ['provenance.json', text])).toBe(`DIR/${said}`);
  });
});

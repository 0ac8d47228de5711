import { PROTOCOLS } from '../../metrics/records/protocols.js';
import { command } from '../command.js';
import { type Flag, flagError, integerFlag, listFlag, textFlag } from '../flag.js';
import { encoder, json, OPENING, RUNNING, seed } from '../flags.js';

const group = 'What to compute' as const;

/** `fid-tf=2.97` */
const published: Flag<{ readonly metric: string; readonly value: number } | undefined> = {
  name: 'published',
  placeholder: 'ID=VALUE',
  help: 'a published value in place of the second report; --protocol says how it was made',
  group,
  absent: undefined,
  read: (given) => {
    const text = given === 'negated' ? '' : given.texts.join(',');
    const [metric, value, ...rest] = text.split('=').map((part) => part.trim());
    if (!metric || !value || rest.length > 0 || !Number.isFinite(Number(value)))
      throw flagError('published', 'must name a number and its value, as in fid-tf=2.97', text);
    return { metric: metric.toLowerCase(), value: Number(value) };
  },
};

export const EXPLAIN_FLAGS = {
  metric: listFlag({
    name: 'metric',
    short: 'm',
    placeholder: 'IDS',
    help: 'which numbers; default: all that both reports have',
    group,
    absent: undefined,
  }),
  published,
  protocol: textFlag({
    name: 'protocol',
    placeholder: 'NAME',
    help: `of the published value: ${PROTOCOLS.map(({ id }) => id).join(', ')}`,
    group,
    absent: undefined,
  }),
  protocolN: integerFlag({
    name: 'protocol-n',
    placeholder: 'N',
    help: 'generated images of the published value, where not the protocol’s',
    group,
    absent: undefined,
    least: 1,
  }),
  sample: integerFlag({
    name: 'sample',
    placeholder: 'N',
    help: 'images of each side that effects are measured on; 0 measures none',
    group,
    absent: 5000,
    absentText: '5000',
    least: 0,
  }),
  encoder: {
    ...encoder,
    help: 'the file of the first report’s network, where it is no published one',
    absentText: 'as the first report says',
  },
  seed,
  json,
  ...OPENING,
  ...RUNNING,
};

export const explainDifference = command({
  name: 'explain-difference',
  summary:
    'why two scores differ, or a score and a published value: n, reference, resizer, crop, network, format',
  details:
    'Names everything in which two numbers differ, and measures what each of it moves the first by: a sample of the first score’s images is encoded anew with one thing changed at a time. Paths in a report are as they were typed: run it in the same folder. Where the images are not there, the differences are named alone.',
  arguments: [
    { name: 'first', help: 'score.json of steadfid score, or its folder', count: 'one' },
    { name: 'second', help: 'another; left out with --published', count: 'optional' },
  ],
  flags: EXPLAIN_FLAGS,
  examples: [
    'steadfid explain-difference mine/ theirs/',
    'steadfid explain-difference mine/score.json --published fid-tf=2.97 --protocol adm',
  ],
  run: async (input, terminal) =>
    (await import('./explain-difference-run.js')).runExplainDifference(input, terminal),
});

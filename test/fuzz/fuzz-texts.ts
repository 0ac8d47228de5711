import { NOISING } from '../../uncertainty/laplace/posterior-record.js';
import { SIDECAR } from '../hostile/hostile-networks.js';
import { SMALL_DENOISER } from '../hostile/readers.js';
import { exampleReport } from '../support/score-report.js';
import { mutatedText, one, type Random } from './mutations.js';

const JSON_TOKENS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    'null',
    'true',
    '1e999',
    '-0',
    '0.1',
    '"a"',
    '""',
  ],
  ...[
    '"__proto__":',
    '[[[[[[[[[[[[[[[[[[[[',
    '{"a":',
    ' ',
    '\n',
    '\ufeff',
    'é',
    '\u0000',
    '9007199254740993',
  ],
];

const PROVENANCE = JSON.stringify({
  schema: 'steadfid/provenance/1',
  version: '0.1.0',
  encoder: { id: 'a', sha256: null, preprocessing: null, origin: 'custom' },
  decoding: null,
  source: 'images',
  n: 2,
  digest: null,
  skipped: [{ id: 'a', reason: 'b' }],
  warnings: [{ code: 'A', message: 'b' }],
  imageSizes: [{ width: 1, height: 1, count: 2 }],
  shards: { count: 2, indices: [1], ids: 'ab' },
});

const PLAN = JSON.stringify({
  schema: 'steadfid/plan/1',
  version: '0.1.0',
  job: 'encode',
  keep: 'embeddings',
  encoder: { id: 'a', sha256: null, preprocessing: null, origin: 'custom', file: null },
  orientation: 'ignored',
  unreadable: 'refused',
  maxPixels: null,
  batchSize: 1,
  sources: [
    {
      source: 'a',
      path: 'a',
      kind: 'folder',
      key: null,
      imageRange: null,
      n: 1,
      prefix: '',
      passedOver: null,
    },
  ],
  n: 1,
  ids: '0'.repeat(64),
  units: [{ source: 0, from: 0, n: 1, digest: '0'.repeat(64) }],
  digest: '0'.repeat(64),
});

const DESIGN = JSON.stringify({
  schema: 'steadfid/design/1',
  reference: 'a',
  arms: [{ name: 'b', source: 'b' }],
  metrics: ['fid'],
  distortions: [{ kind: 'gaussian-noise', levels: [1, 2] }],
  sizes: [10, 20],
  parameters: { sigma: 10 },
});

function json(text: string): (random: Random) => Uint8Array {
  return (random) => Buffer.from(mutatedText(text, JSON_TOKENS, random));
}

export const fuzzedSidecar = json(SIDECAR);
export const fuzzedProvenance = json(PROVENANCE);
export const fuzzedPlan = json(PLAN);
export const fuzzedPart = json(
  '{"schema":"steadfid/part/1","plan":"ab","unit":3,"values":{"fid":{"a":1.5}},"digest":"cd"}\n',
);
export const fuzzedUnit = json('12 a.png\n7 "b\\n.png"\n1 c/d.png\n');
export const fuzzedDesign = json(DESIGN);
export const fuzzedDataset = json('{"labels":[["0.png",6],["1.png",[0,1]]]}');
export const fuzzedDenoiser = json(JSON.stringify(SMALL_DENOISER));
export const fuzzedScore = json(JSON.stringify(exampleReport));
export const fuzzedGeneration = json(
  '{"n":3,"denoiser":{"id":"a","imageShape":[3,8,8]},"sampling":{"times":[9,1]}}',
);
export const fuzzedConfig = json(
  JSON.stringify({
    _class_name: 'UNet2DModel',
    sample_size: 32,
    down_block_types: ['DownBlock2D'],
    up_block_types: ['UpBlock2D'],
    num_train_timesteps: 10,
    trained_betas: [0.1],
    data: { image_size: 32, num_heads: -1 },
    noise_schedule: 'linear',
  }),
);
export const fuzzedPosteriorRecord = json(
  JSON.stringify({
    schema: 'steadfid/posterior/1',
    version: '0.1.0',
    denoiser: { id: 'a', sha256: 'b' },
    schedule: SMALL_DENOISER.schedule,
    noising: NOISING,
    structure: 'diag',
    noiseSd: 1,
    priorPrecision: 1,
    temperature: 1,
    fisherFactor: 1,
    tuned: null,
    layer: { inputs: 4, outputs: 3, kernel: [1, 1], bias: 'without' },
    pairs: 2,
    positions: 4,
    squaredResiduals: 1,
    squaredWeights: 1,
    data: { kind: 'images', source: 'a', seed: 1, timesPerImage: 1, preprocessing: null, shards: null },
  }),
);
export const fuzzedIds = json('["a","b","c"]');

const CSV_TOKENS = [
  ...[
    ',',
    '"',
    '""',
    '\r\n',
    '\n',
    '\r',
    '\ufeff',
    'id',
    'score',
    '1',
    '-1e300',
    'NaN',
    'Infinity',
    ' ',
    '=1+1',
    'é',
  ],
  ...['a,b', '\u0000', '1,2,3', 'x'.repeat(500), '"a\nb"', ',,,,,,,,,,,,,,,,'],
];

export function fuzzedScores(random: Random): Uint8Array {
  const rows = Array.from(
    { length: random(20) },
    (_, i) => `${i}.png,${i / 3},${one(random, ['', '1', '-2.5'])}`,
  );
  return Buffer.from(mutatedText(['id,mean,sum', ...rows, ''].join('\r\n'), CSV_TOKENS, random));
}

export function fuzzedLabels(random: Random): Uint8Array {
  const rows = Array.from({ length: random(20) }, (_, i) => `${i}.png,${one(random, ['cat', 'dog', '7'])}`);
  return Buffer.from(mutatedText(['id,class', ...rows, ''].join('\n'), CSV_TOKENS, random));
}

/** `rows.csv`; the head is mostly left, or nothing else would be looked at. */
export function fuzzedRows(random: Random): Uint8Array {
  const head = 'metric,arm,distortion,level,sample_size,repeat,value,reason\r\n';
  const rows = Array.from({ length: random(10) }, (_, i) => `fid,a,none,0,${10 * i},${i},${i / 3},\r\n`).join(
    '',
  );
  return Buffer.from(
    random(10) === 0
      ? mutatedText(head + rows, CSV_TOKENS, random)
      : head + mutatedText(rows, CSV_TOKENS, random),
  );
}

const FACTS = JSON.stringify({
  protocol: 'fid',
  arm: 'a',
  distortion: 'none',
  level: 0,
  encoder: { id: 'a', sha256: null, preprocessing: null, origin: 'custom' },
  dimension: 8,
  poolSize: 10,
  referenceSize: 10,
  referenceContent: { of: 'images', digest: 'a', decoding: null },
  estimator: 'all pairs',
  limits: { fid: { estimate: 1, standardError: 1, low: 0, high: 2, level: 0.95, method: 'jackknife' } },
  analyticSlope: 1,
  warnings: [],
});

export function fuzzedFacts(random: Random): Uint8Array {
  const line = random(3) === 0 ? FACTS : mutatedText(FACTS, JSON_TOKENS, random);
  return Buffer.from(`facts\r\n"${random(8) === 0 ? line : line.replaceAll('"', '""')}"\r\n`);
}

const PNM_TOKENS = [
  ...[
    'P1',
    'P2',
    'P3',
    'P4',
    'P5',
    'P6',
    'P7',
    ' ',
    '\n',
    '\t',
    '#',
    '# a\n',
    '0',
    '1',
    '2',
    '3',
    '255',
    '256',
    '65535',
  ],
  ...['65536', '99999', '999999999', '-1', '4294967295', 'x', '\u00ff', '0 0 0 ', '1111'],
];

/** Any of the six kinds, text or bytes. */
export function fuzzedPnm(random: Random): Uint8Array {
  const kind = 1 + random(6);
  const [width, height] = [random(6), random(6)];
  const most = kind === 1 || kind === 4 ? '' : `${one(random, [1, 31, 255, 256, 65535])}\n`;
  const text = `P${kind}\n${width} ${height}\n${most}${'1 0 7 '.repeat(random(60))}`;
  return Buffer.from(random(4) === 0 ? text : mutatedText(text, PNM_TOKENS, random), 'latin1');
}

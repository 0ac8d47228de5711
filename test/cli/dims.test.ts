import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ScoreReport } from '../../scoring/score-report.js';
import { commandHere } from '../support/command-here.js';
import { projectRoot } from '../support/project.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TINY_SIDECAR, tinyNetwork } from '../support/tiny-network.js';

const emoji = (name: string) => `${projectRoot}examples/emoji/${name}.zip`;
const SCORE = ['score', emoji('noto'), emoji('noto-blurred'), '--limit', '30', '--no-cache', '--json'];

test('--dims takes the layer of that width, under the metric’s own preprocessing', async () => {
  const models = temporaryFolder();
  const id = 'inception-v3-fid-64';
  writeFileSync(join(models, `${id}.onnx`), await tinyNetwork());
  const sidecar = { ...TINY_SIDECAR, id, outputs: { embeddings: 'features' } };
  writeFileSync(join(models, `${id}.json`), JSON.stringify(sidecar));
  const { outcome, printed } = await commandHere([...SCORE, '--dims', '64', '-m', 'fid', '--models', models]);
  expect(outcome).toBe('done');
  const [result] = (JSON.parse(printed) as ScoreReport).results;
  expect(result!.encoder.id).toBe(id);
  expect(result!.encoder.preprocessing).toBe('torch-bilinear 299, -1..1');
  expect(result!.warnings).toContainEqual({
    code: 'OTHER_LAYER',
    message: `of layer 64 of inception-v3-fid: compare only with values of that layer, and not with published ones of fid`,
  });
});

test.each([
  [
    ['--dims', '768', '-m', 'is'],
    '--dims 768: a layer before the last gives no class logits; got is. Name other metrics with --metric.',
  ],
  [
    ['--dims', '768', '-m', 'cmmd'],
    '--dims 768: is of metrics of Inception’s embeddings; got one of clip-vit-l-14-336. Name metrics of Inception with --metric: fid, fid-tf, fid-clean, kid, precision-recall and others of steadfid metrics.',
  ],
  [['--dims', '100', '-m', 'fid'], '--dims: must be one of 64, 192, 768, 2048; got "100".'],
  [['--dims', '64', '-m', 'fid', '--encoder', 'demo'], '--dims'],
])('%j is refused', async (words, message) => {
  expect((await commandHere([...SCORE, ...words])).outcome).toContain(message);
});

import { describe, expect, test } from 'vitest';
import { tappedEncoder, tappedId } from '../../../encoders/networks/tapped-encoder.js';
import { openChosenEncoder } from '../../../encoders/open-chosen-encoder.js';
import { metricById } from '../../../metrics/metric-catalog.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected, thrown } from '../../support/thrown.js';

describe('tapped encoders', () => {
  test('the network of sfid is the FID Inception tapped at its 17 × 17 grid', () => {
    const { id, tap, of } = tappedEncoder(metricById('sfid').encoder)!;
    expect([id, tap, of.id]).toEqual(['inception-v3-fid-spatial', 'spatial', 'inception-v3-fid']);
  });

  test('other ids name no tapped network', () => {
    expect(['inception-v3-fid', 'inception-v3-fid-5', 'clip-vit-b-32-spatial'].map(tappedEncoder)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('one that has not been converted says how to make it', async () => {
    const models = temporaryFolder();
    const choice = { kind: 'official', id: 'inception-v3-fid-spatial' } as const;
    expect(await rejected(openChosenEncoder(choice, { models }))).toBe(
      `MISSING_MODEL --encoder inception-v3-fid-spatial: the network must be in ${models}; got none there. ` +
        'Run steadfid models pull inception-v3-fid, and then ' +
        `steadfid models convert ${models}/pt_inception-2015-12-05-6726825d.pth --as inception --tap spatial ` +
        `-o ${models}/inception-v3-fid-spatial.onnx.`,
    );
  });

  test('layers are named by their width, and of Inception alone', () => {
    expect(tappedId('inception-v3-fid', '768', '--dims 768')).toBe('inception-v3-fid-768');
    expect(tappedId('inception-v3-fid', '2048', '--dims 2048')).toBe('inception-v3-fid');
    expect(thrown(() => tappedId('clip-vit-b-32', '64', '--dims 64'))).toBe(
      'CONFLICTING_OPTIONS --dims 64: is of metrics of Inception’s embeddings; got one of clip-vit-b-32. ' +
        'Name metrics of Inception with --metric: fid, fid-tf, fid-clean, kid, precision-recall and others of steadfid metrics.',
    );
  });
});

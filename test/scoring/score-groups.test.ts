import { describe, expect, test } from 'vitest';
import { metricById } from '../../metrics/metric-catalog.js';
import { scoreGroups } from '../../scoring/score-groups.js';

function groups(ids: readonly string[], encoder?: string) {
  return scoreGroups(ids.map(metricById), encoder).map(({ choice, preprocessing, metrics }) => [
    choice.kind === 'file' ? choice.path : choice.id,
    preprocessing?.resample ?? null,
    metrics.map(({ id }) => id).join(),
  ]);
}

describe('scoreGroups', () => {
  test('metrics with one network and one preprocessing share a group, and one network follows on itself', () => {
    expect(groups(['fid', 'cmmd', 'is', 'kid', 'cmmd-v'])).toEqual([
      ['inception-v3-fid', 'torch-bilinear', 'fid'],
      ['inception-v3-fid', 'tf1-bilinear', 'is,kid'],
      ['clip-vit-l-14-336', 'pillow-bicubic', 'cmmd,cmmd-v'],
    ]);
  });

  test('the demo encoders are two groups: one in the place of Inception, one in that of CLIP', () => {
    expect(groups(['fid', 'is', 'kid', 'cmmd'], 'demo')).toEqual([
      ['demo-inception', null, 'fid,is,kid'],
      ['demo-clip', null, 'cmmd'],
    ]);
  });

  test('any other encoder is one group, under its own preprocessing', () => {
    expect(groups(['fid', 'cmmd'], 'net.onnx')).toEqual([['net.onnx', null, 'fid,cmmd']]);
  });

  test("a metric's own network named outright keeps the metric's preprocessing, and another's does not", () => {
    expect(groups(['fid-clean', 'cmmd'], 'inception-v3-fid')).toEqual([
      ['inception-v3-fid', 'pillow-bicubic-float', 'fid-clean'],
      ['inception-v3-fid', null, 'cmmd'],
    ]);
  });

  test('another layer of a metric’s own network keeps the metric’s preprocessing', () => {
    expect(groups(['fid', 'kid', 'sfid', 'cmmd'], 'inception-v3-fid-768')).toEqual([
      ['inception-v3-fid-768', 'torch-bilinear', 'fid'],
      ['inception-v3-fid-768', 'tf1-bilinear', 'kid'],
      ['inception-v3-fid-768', null, 'sfid,cmmd'],
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { encoderChoice } from '../../encoders/encoder-choice.js';

describe('encoderChoice', () => {
  test("encoderChoice without a name is the metric's own network", () => {
    expect(encoderChoice(undefined, 'inception-v3-fid')).toEqual({
      kind: 'official',
      id: 'inception-v3-fid',
    });
  });

  test("encoderChoice of demo is the demo network that plays the part of the metric's own", () => {
    const ids = ['inception-v3-fid', 'clip-vit-l-14-336', 'clip-vit-b-32', 'dinov2-vit-l-14'];
    expect(ids.map((own) => encoderChoice('demo', own))).toEqual([
      { kind: 'demo', id: 'demo-inception' },
      { kind: 'demo', id: 'demo-clip' },
      { kind: 'demo', id: 'demo-clip' },
      { kind: 'demo', id: 'demo-inception' },
    ]);
  });

  test('encoderChoice of a demo network by its id is that one, whatever the metric', () => {
    expect(encoderChoice('demo-clip', 'inception-v3-fid')).toEqual({ kind: 'demo', id: 'demo-clip' });
  });

  test('encoderChoice of a path or an .onnx is a file, and of any other word an id', () => {
    expect(encoderChoice('net.ONNX', 'x')).toEqual({ kind: 'file', path: 'net.ONNX' });
    expect(encoderChoice('./nets/demo', 'x')).toEqual({ kind: 'file', path: './nets/demo' });
    expect(encoderChoice('clip-vit-b-32', 'x')).toEqual({ kind: 'official', id: 'clip-vit-b-32' });
  });

  test('encoderChoice of an empty name is an error', () => {
    expect(() => encoderChoice('', 'x')).toThrow('--encoder: needs a value.');
  });
});

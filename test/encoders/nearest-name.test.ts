import { describe, expect, test } from 'vitest';
import { VERSION } from '../../encoders/encoder.js';
import { nearestName, unknownNameError } from '../../encoders/unknown-name-error.js';
import { projectFile } from '../support/project.js';

describe('nearestName', () => {
  test('nearestName finds the name with the fewest changed letters, whatever the case', () => {
    expect(nearestName('fd-dino2', ['fid', 'fd-dinov2', 'kid'])).toBe('fd-dinov2');
    expect(nearestName('CMMD', ['cmmd-v', 'cmmd'])).toBe('cmmd');
  });

  test('nearestName finds the first name of which a word begins as typed', () => {
    expect(nearestName('blur', ['jpeg', 'gaussian-blur', 'motion-blur'])).toBe('gaussian-blur');
    expect(nearestName('dino', ['fid', 'fd-dinov2'])).toBe('fd-dinov2');
  });

  test('nearestName of something else altogether is undefined', () => {
    expect(nearestName('lpips', ['fid', 'kid', 'cmmd'])).toBeUndefined();
    expect(nearestName('x', ['is'])).toBeUndefined();
    expect(nearestName('fid', [])).toBeUndefined();
  });

  test('unknownNameError names what was typed, what was meant and what there is', () => {
    const error = unknownNameError('UNKNOWN_METRIC', {
      where: '--metric',
      what: 'metric',
      name: 'fd-dino2',
      known: ['cmmd', 'fd-dinov2', 'fid'],
    });
    expect(error.message).toBe(
      '--metric: unknown metric "fd-dino2". Did you mean "fd-dinov2"? Known: cmmd, fd-dinov2, fid.',
    );
    expect(error.code).toBe('UNKNOWN_METRIC');
  });

  test('VERSION is that of package.json', () => {
    expect(VERSION).toBe(JSON.parse(projectFile('package.json')).version);
  });
});

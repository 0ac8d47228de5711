import { describe, expect, test } from 'vitest';
import { parsedDenoiserSidecar } from '../../diffusion/denoiser-sidecar.js';
import { smallDenoiser } from '../support/small-denoiser.js';
import { rejected } from '../support/thrown.js';

const { description } = smallDenoiser({ classes: 4 });

/** The first sentence of the refusal of a sidecar with a change. */
async function refusal(changes: object): Promise<string> {
  const text = JSON.stringify({ ...description, ...changes });
  return (await rejected(parsedDenoiserSidecar(text, 'net.json'))).split('. A denoiser needs')[0]!;
}

describe('parsedDenoiserSidecar', () => {
  test('a sidecar is read as it is written', async () => {
    expect(await parsedDenoiserSidecar(JSON.stringify(description), 'net.json')).toEqual(description);
  });

  test('a field that is missing or wrong is named', async () => {
    expect(await refusal({ schedule: undefined })).toMatch(/^UNREADABLE_FILE net\.json, schedule: must be/);
    expect(await refusal({ prediction: 'v' })).toMatch(/^UNREADABLE_FILE net\.json, prediction: must be/);
    expect(await rejected(parsedDenoiserSidecar('{', 'net.json'))).toMatch(
      /^UNREADABLE_FILE net\.json: must be JSON/,
    );
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`;
    expect(
      await rejected(
        parsedDenoiserSidecar(JSON.stringify({ ...description, note: JSON.parse(deep) }), 'net.json'),
      ),
    ).toMatch(/^UNREADABLE_FILE net\.json: must be JSON; got lists or objects nested deeper than 32, /);
  });

  test('fields at odds with each other are refused', async () => {
    expect(await refusal({ channels: 1 })).toBe(
      'UNREADABLE_FILE net.json: lastLayer.outputChannels must be channels, 1; got 3',
    );
    expect(await refusal({ classes: null })).toBe(
      'UNREADABLE_FILE net.json: classes and inputs.y must both be there or both be left out; got classes null, inputs.y y',
    );
    expect(await refusal({ schedule: { kind: 'explicit', steps: 3, betas: [0.1, 0.2] } })).toBe(
      'UNREADABLE_FILE net.json: schedule.betas must hold steps = 3 values; got 2',
    );
    expect(await refusal({ lastLayer: { ...description.lastLayer, padding: [0, 0] } })).toBe(
      'UNREADABLE_FILE net.json: lastLayer.kernel must be 2 · padding + 1, so that ε has the size of the features; ' +
        'got kernel 3 × 3, padding 0, 0',
    );
  });
});

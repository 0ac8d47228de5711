import { expect, test } from 'vitest';
import { parsedDesign } from '../../sample-size-study/parsed-design.js';
import { rejected } from '../support/thrown.js';

const least = { reference: 'real/', arms: [{ name: 'a', source: 'fake/' }] };

function refused(changes: Readonly<Record<string, unknown>>): Promise<string> {
  return rejected(parsedDesign({ ...least, ...changes }, 'design.json'));
}

test('a design with only a reference and one generated set is completed with every default written out', async () => {
  expect(await parsedDesign(least, 'design.json')).toEqual({
    schema: 'steadfid/design/1',
    reference: 'real/',
    arms: [{ name: 'a', source: 'fake/', ids: null }],
    metrics: ['fid', 'is', 'kid', 'cmmd'],
    encoder: null,
    distortions: [],
    sizes: null,
    repeats: 20,
    cheapRepeats: 100,
    scheme: 'subsample',
    referenceSize: 'full',
    seed: 2020,
    parameters: {},
  });
});

test('a completed design is its own completion', async () => {
  const design = await parsedDesign({ ...least, sizes: [300, 100, 100] }, 'design.json');
  expect(design.sizes).toEqual([100, 300]);
  expect(await parsedDesign(design, 'design.json')).toEqual(design);
});

test('an unknown field, metric or distortion is named, with what was probably meant', async () => {
  expect(await refused({ repeat: 5 })).toBe(
    'UNREADABLE_FILE design.json, repeat: must not be there; got a field that this format does not have. The fields are described in docs/study-design.md.',
  );
  expect(await refused({ metrics: ['fidd'] })).toMatch(
    /^UNKNOWN_METRIC --metric: unknown metric "fidd". Did you mean "fid"\?/,
  );
  expect(await refused({ distortions: [{ kind: 'fogg', levels: [1] }] })).toMatch(
    /^UNKNOWN_DISTORTION --distortion: unknown distortion "fogg". Did you mean "fog"\?/,
  );
});

test('a level that was not published is refused', async () => {
  expect(await refused({ distortions: [{ kind: 'swirl', levels: [1, 4] }] })).toBe(
    'OUT_OF_RANGE --distortion: swirl has levels 1 to 3; got 4.',
  );
});

test('repeats below two are refused, for one value has no spread', async () => {
  expect(await refused({ repeats: 1 })).toMatch(
    /^UNREADABLE_FILE design.json, repeats: must be at least 2; got 1/,
  );
});

test('two arms of one name are refused', async () => {
  expect(await refused({ arms: [...least.arms, { name: 'a', source: 'other/' }] })).toBe(
    'CONFLICTING_OPTIONS --arm: every generated set needs its own name; got two named "a".',
  );
});

test('a design of a newer version is refused as such', async () => {
  expect(await refused({ schema: 'steadfid/design/2' })).toBe(
    'UNREADABLE_FILE design.json: must be a design that this version knows, steadfid/design/1; got steadfid/design/2. ' +
      'Run the version of steadfid that wrote it, or a newer one.',
  );
});

test('levels are put in order, each once, and a family that stands twice is refused', async () => {
  const fog = { kind: 'fog', levels: [3, 1, 3] };
  const { distortions } = await parsedDesign({ ...least, distortions: [fog] }, 'design.json');
  expect(distortions).toEqual([{ kind: 'fog', levels: [1, 3], with: null }]);
  expect(await refused({ distortions: [fog, { kind: 'fog', levels: [2] }] })).toBe(
    'CONFLICTING_OPTIONS --distortion: every family may appear once, with all of its levels; got fog twice.',
  );
});

test('contamination and token-noise need a second set, and no other family takes one', async () => {
  expect(await refused({ distortions: [{ kind: 'contamination', levels: [1] }] })).toBe(
    'OUT_OF_RANGE --distortion: contamination needs a second set. Give the images to put in.',
  );
  expect(await refused({ distortions: [{ kind: 'fog', levels: [1], with: 'other/' }] })).toBe(
    'OUT_OF_RANGE --distortion: fog takes no second set; got other/. Leave it out.',
  );
  const given = { kind: 'token-noise', levels: [1, 10], with: 'other/' };
  expect((await parsedDesign({ ...least, distortions: [given] }, 'design.json')).distortions).toEqual([
    given,
  ]);
});

test('a generated set cannot have the name of the noise floor', async () => {
  expect(await refused({ arms: [{ name: 'reference-halves', source: 'other/' }] })).toBe(
    'CONFLICTING_OPTIONS --arm: reference-halves is what a study calls two halves of the reference. Give the generated set another name.',
  );
});

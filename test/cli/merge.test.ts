import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCommandFiles } from '../support/command-files.js';
import { commandsIn } from '../support/commands-in.js';

let cwd: string;

const ENCODING = ['--encoder', 'tiny.onnx', '--no-cache', '--batch-size', '1'];

const { done, refusal } = commandsIn(() => cwd);

const bytes = (name: string): Buffer => readFileSync(join(cwd, name));

/** Part i of 4 of a folder, `e-i.npz`, and its statistics, `s-i.npz`. */
async function encoded(folder: string, i: number, to = `${i}`): Promise<void> {
  await done('encode', folder, ...ENCODING, '--shard', `${i}/4`, '-o', `e-${to}.npz`);
  await done('stats', `e-${to}.npz`, '-o', `s-${to}.npz`);
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'steadfid-merge-'));
  await writeCommandFiles(cwd);
  for (let i = 1; i <= 4; i++) await encoded('reference', i);
  await done('encode', 'reference', ...ENCODING, '-o', 'whole.npz');
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe.each([
  ['embeddings', 'e'],
  ['statistics', 's'],
])('steadfid merge of %s', (_, kind) => {
  const part = (i: number | string) => `${kind}-${i}.npz`;

  test('parts that are missing are refused, named, and nothing is written', async () => {
    expect(await refusal('merge', part(1), part(3), '-o', 'gap.npz')).toBe(
      'reference: all 4 parts must be there; got parts 1, 3. Merge parts 2, 4 too, or pass --partial.',
    );
    expect(existsSync(join(cwd, 'gap.npz'))).toBe(false);
  });

  test('--partial takes them, and through every level of merging a part that comes twice is refused', async () => {
    const [first, second] = [`${kind}-13.npz`, `${kind}-24.npz`];
    expect(await done('merge', part(1), part(3), '--partial', '-o', first)).toContain(
      `warning: ${first} holds parts 1, 3 of 4: the others are still missing\n`,
    );
    expect(await refusal('merge', first, part(3), '--partial', '-o', 'doubled.npz')).toBe(
      `${part(3)}: every part must come once, or its images are counted twice; got part 3 of 4, which ${first} holds too. Leave one of the two out.`,
    );
    await done('merge', part(4), part(2), '--partial', '-o', second);
    expect(await refusal('merge', first, second, part(2), '-o', 'doubled.npz')).toContain(
      `got part 2 of 4, which ${second} holds too`,
    );
    await done('merge', second, first, '-o', `${kind}-tree.npz`);
  });

  test('the order of the parts changes no bit', async () => {
    await done('merge', part(1), part(2), part(3), part(4), '-o', `${kind}-up.npz`);
    await done('merge', part(3), part(1), part(4), part(2), '-o', `${kind}-mixed.npz`);
    expect(bytes(`${kind}-mixed.npz`).equals(bytes(`${kind}-up.npz`))).toBe(true);
  });

  test('a folder that changed between two parts is refused, named', async () => {
    cpSync(join(cwd, 'reference'), join(cwd, `changed-${kind}`), { recursive: true });
    await encoded(`changed-${kind}`, 1, `${kind}c1`);
    copyFileSync(join(cwd, 'generated/00.png'), join(cwd, `changed-${kind}`, 'new.png'));
    await encoded(`changed-${kind}`, 2, `${kind}c2`);
    for (const [one, other] of [
      [`${kind}c1`, `${kind}c2`],
      [`${kind}c2`, `${kind}c1`],
    ] as const)
      expect(await refusal('merge', part(one), part(other), '--partial', '-o', 'x.npz')).toBe(
        `${part(other)}: must be a part of the images that ${part(one)} is a part of; got another list of images of changed-${kind}. Encode all parts again: it has changed between the two, or they are of unlike folders.`,
      );
  });

  test('a folder is known by its content, wherever it is mounted', async () => {
    mkdirSync(join(cwd, 'mnt'), { recursive: true });
    cpSync(join(cwd, 'reference'), join(cwd, 'mnt/elsewhere'), { recursive: true });
    await encoded('mnt/elsewhere', 3, `${kind}m3`);
    await done('merge', part(1), part(2), part(`${kind}m3`), part(4), '-o', `${kind}-mounted.npz`);
    expect(bytes(`${kind}-mounted.npz`).equals(bytes(`${kind}-up.npz`))).toBe(true);
  });

  test('what is incomplete is scored only if --partial says so', async () => {
    const side = `${kind}-13.npz`;
    expect(await refusal('score', side, 'e-up.npz', '-m', 'fid')).toBe(
      `${side}: must be of a whole set of images; got parts 1, 3 of 4 of reference. Merge all parts first, or pass --partial.`,
    );
    expect(await done('score', side, 'e-up.npz', '-m', 'fid', '--partial')).toContain(
      `warning: ${side} holds parts 1, 3 of 4 of reference`,
    );
  });
});

test('merged embeddings are, byte for byte, those of one run', () => {
  for (const name of ['e-up.npz', 'e-tree.npz'])
    expect([name, bytes(name).equals(bytes('whole.npz'))]).toEqual([name, true]);
});

test('statistics of whole sets are counted once through every level of merging', async () => {
  await done('encode', 'generated', ...ENCODING, '-o', 'generated.npz');
  await done('stats', 'generated.npz', '-o', 's-generated.npz');
  await done('merge', 's-up.npz', 's-generated.npz', '-o', 's-both.npz');
  await done('merge', 's-generated.npz', 's-up.npz', '-o', 's-both-2.npz');
  expect(bytes('s-both.npz').equals(bytes('s-both-2.npz'))).toBe(true);
  expect(await refusal('merge', 's-both.npz', 's-generated.npz', '-o', 'x.npz')).toBe(
    's-generated.npz: every part must be of other images than the rest, or they are counted twice; got the same images as in s-both.npz. Leave one of the two out.',
  );
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStudyStore } from '../../../sample-size-study/files/open-study-store.js';
import type { StudyRow } from '../../../sample-size-study/study-run.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected } from '../../support/thrown.js';

function row(repeat: number, changes: Partial<StudyRow> = {}): StudyRow {
  const plain = { arm: 'a, "quoted" name', distortion: 'none', level: 0, sampleSize: 100 };
  return { metric: 'fid', ...plain, repeat, value: 0.1 + repeat / 3, reason: '', ...changes };
}

async function written(folder: string, rows: readonly StudyRow[]): Promise<string> {
  const store = await openStudyStore(folder, { start: 'anew' });
  await store.appendRows(rows);
  await store.close();
  return join(folder, 'rows.csv');
}

async function found(folder: string): Promise<readonly StudyRow[]> {
  const store = await openStudyStore(folder, { start: 'where it ended' });
  await store.close();
  return store.rows;
}

test('rows come back as they were written, digit for digit, whatever the set is called', async () => {
  const folder = await temporaryFolder();
  const rows = [
    row(0),
    row(1, { value: null, reason: 'a covariance needs 2 images' }),
    row(2, { value: 1e-300 }),
  ];
  await written(folder, rows);
  expect(await found(folder)).toEqual(rows);
});

test('a line cut off by a kill is dropped, wherever it was cut', async () => {
  const folder = await temporaryFolder();
  const path = await written(folder, [row(0, { arm: 'a' }), row(1, { arm: 'a' })]);
  const whole = await readFile(path);
  const lastLine = whole.lastIndexOf('fid');
  for (const cut of [lastLine + 1, lastLine + 12, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, cut));
    expect(await found(folder)).toEqual([row(0, { arm: 'a' })]);
    const store = await openStudyStore(folder, { start: 'where it ended' });
    await store.appendRows([row(1, { arm: 'a' })]);
    await store.close();
    expect(await readFile(path)).toEqual(whole);
  }
});

test('keepRows cuts the file back to the first rows', async () => {
  const folder = await temporaryFolder();
  await written(folder, [row(0), row(1), row(2)]);
  const store = await openStudyStore(folder, { start: 'where it ended' });
  await store.keepRows(1);
  await store.appendRows([row(7)]);
  await store.close();
  expect(await found(folder)).toEqual([row(0), row(7)]);
});

test('a file that no study wrote is refused, and so is a line with a word for a number', async () => {
  const folder = await temporaryFolder();
  const path = await written(folder, [row(0, { arm: 'a' })]);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(',100,', ',many,'));
  expect(await rejected(openStudyStore(folder, { start: 'where it ended' }))).toBe(
    `UNREADABLE_FILE ${path}:2: must hold metric, arm, distortion, level, sample_size, repeat, value, reason; ` +
      'got fid,a,none,0,many,0,0.1,. Remove the line and all after it, and the study goes on from there.',
  );
  await writeFile(path, 'id,sum\r\n1,2\r\n');
  expect(await rejected(openStudyStore(folder, { start: 'where it ended' }))).toBe(
    `UNREADABLE_FILE ${path}: must begin with the columns metric, arm, distortion, level, sample_size, repeat, value, ` +
      'reason. It was written by something else: choose another folder, or pass --force to begin anew.',
  );
});

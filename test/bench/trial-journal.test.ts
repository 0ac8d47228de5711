import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trialJournal } from '../../bench/measuring/trial-journal.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('trialJournal runs a trial once, over runs that were stopped within a line', async () => {
  const path = join(await temporaryFolder(), 'trials.jsonl');
  const run: string[] = [];
  const trial = (key: string) => async () => {
    run.push(key);
    return { key };
  };
  const first = trialJournal(path);
  await first('a', trial('a'));
  appendFileSync(path, '["b",{"k');
  const second = trialJournal(path);
  expect(await second('a', trial('a'))).toEqual({ key: 'a' });
  expect(await second('b', trial('b'))).toEqual({ key: 'b' });
  expect(await trialJournal(path)('b', trial('b'))).toEqual({ key: 'b' });
  expect(run).toEqual(['a', 'b']);
});

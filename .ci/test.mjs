// Builds, lints and runs every test; ends with the plain line `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(script, args) {
  return spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (run('.ci/build.mjs', []) !== 0) process.exit(1);
if (run('node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '--colors=off']) !== 0)
  process.exit(1);

const scratch = mkdtempSync(join(tmpdir(), 'steadfid-test-'));
const outcome = join(scratch, 'outcome.json');
const status = run('node_modules/vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${outcome}`,
  ...process.argv.slice(2),
]);
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = JSON.parse(
  readFileSync(outcome, 'utf8'),
);
rmSync(scratch, { recursive: true });
process.stdout.write(
  `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped\n`,
);
process.exit(status === 0 && success && numPassedTests > 0 ? 0 : 1);

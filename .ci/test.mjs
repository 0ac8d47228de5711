// Builds, lints and runs every test; ends with the plain line `N passed, N failed, N skipped`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** No test has a limit of its own that a busy machine could reach; one that hangs is ended by this. */
const LIMIT_MINUTES = 60;

function run(script, args) {
  return spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** Runs a script and whatever it starts, all of which is ended when the limit or a signal comes. */
function runWithin(minutes, script, args) {
  const isPosix = process.platform !== 'win32'; // where a group of processes can be ended as one
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    detached: isPosix,
  });
  const end = (signal) => process.kill(isPosix ? -child.pid : child.pid, signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(signal));
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      process.stderr.write(
        `The tests were stopped after ${minutes} minutes: a file of tests that is not listed above hangs.\n`,
      );
      end('SIGKILL');
    }, minutes * 60_000);
    child.on('exit', (status) => {
      clearTimeout(limit);
      resolve(status ?? 1);
    });
  });
}

if (run('.ci/build.mjs', []) !== 0) process.exit(1);
if (run('node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '--colors=off']) !== 0)
  process.exit(1);
if (run('node_modules/knip/bin/knip.js', ['--no-progress']) !== 0) process.exit(1);

const scratch = mkdtempSync(join(tmpdir(), 'steadfid-test-'));
const outcome = join(scratch, 'outcome.json');
const status = await runWithin(LIMIT_MINUTES, 'node_modules/vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${outcome}`,
  ...process.argv.slice(2),
]);
const {
  numPassedTests = 0,
  numFailedTests = 0,
  numPendingTests = 0,
  numTodoTests = 0,
  success = false,
} = existsSync(outcome) ? JSON.parse(readFileSync(outcome, 'utf8')) : {};
rmSync(scratch, { recursive: true });
process.stdout.write(
  `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped\n`,
);
process.exit(status === 0 && success && numPassedTests > 0 ? 0 : 1);

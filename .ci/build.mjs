// Builds dist/: TypeScript by tsc.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(script, args) {
  const { status } = spawnSync(process.execPath, [`${root}node_modules/${script}`, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}

run('typescript/bin/tsc', ['-p', 'tsconfig.json']);
const command = `${root}dist/cli/main.js`;
if (existsSync(command)) chmodSync(command, 0o755);

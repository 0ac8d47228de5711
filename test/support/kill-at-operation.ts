import { appendFileSync, promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// `node --import kill-at-operation.js PROGRAM`: ends the process by KILL_BY (SIGKILL unless said) just before the operation KILL_AT, counted
// from 1, among those that change the disk; the operations that came are the lines of the file KILL_LIST.

const CHANGES = [
  'appendFile',
  'copyFile',
  'link',
  'mkdir',
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'writeFile',
] as const;
const CHANGES_OF_A_FILE = ['write', 'writev', 'writeFile', 'appendFile', 'truncate', 'sync'] as const;

let operations = 0;
const at = Number(process.env['KILL_AT'] ?? 0);
const listFile = process.env['KILL_LIST'];

function arrive(name: string): void {
  operations++;
  if (listFile !== undefined) appendFileSync(listFile, `${name}\n`);
  if (operations === at) process.kill(process.pid, (process.env['KILL_BY'] ?? 'SIGKILL') as NodeJS.Signals);
}

function counted(holder: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const real = holder[name] as (...given: unknown[]) => unknown;
    holder[name] = function (this: unknown, ...given: unknown[]) {
      arrive(name);
      return real.apply(this, given);
    };
  }
}

if (isMainThread) {
  const file = await promises.open('/dev/null');
  const prototype = Object.getPrototypeOf(file) as Record<string, unknown>;
  await file.close();
  counted(prototype, CHANGES_OF_A_FILE);
  counted(promises as unknown as Record<string, unknown>, CHANGES);
  syncBuiltinESMExports();
}

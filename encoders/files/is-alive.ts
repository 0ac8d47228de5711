import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Whether a process of this machine runs; one that belongs to another user does. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Names where process ids of this process mean the same: 8 hexadecimal digits of host name and, on Linux, of the namespace of
 * process ids. Containers may share a host name, and each counts its processes from 1.
 */
export function processSpace(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // a system without namespaces
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8);
}

/** When a process of this machine started, in the kernel's ticks: tells a process from a later one of the same id. Null where unknown. */
export function startOf(pid: number): string | null {
  try {
    // the name of the command, in parentheses, may hold spaces; the start is the 20th field after it
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').pop()!.split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has held, in MB. On Linux by its own record: `maxRSS` there begins at what the process that
 * started it held.
 */
export function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
}

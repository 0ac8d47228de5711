import { stat } from 'node:fs/promises';
import { partState } from '../../encoders/cluster/files/part-state.js';
import { findLeftovers, readRun } from '../../encoders/cluster/files/run-folder.js';
import { runStatus, statusText } from '../cluster/run-status.js';
import type { CommandInput, Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import type { STATUS_FLAGS } from './status.js';
import { readQueue } from './submit-run.js';

/** `steadfid status`: parts against the plan. */
export async function showStatus(
  { arguments: [folder], options }: CommandInput<typeof STATUS_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const run = await readRun(folder!);
  const written = new Map<number, number>();
  const invalid: { readonly unit: number; readonly reason: string }[] = [];
  for (let unit = 0; unit < run.plan.units.length; unit++) {
    const state = await partState(run, unit);
    if (state.kind === 'valid') written.set(unit, (await stat(state.path)).mtimeMs);
    if (state.kind === 'invalid') invalid.push({ unit, reason: state.reason });
  }
  const queued = await readQueue(run).catch(() => null); // a machine without Slurm
  const queue = queued?.map(({ job: _, ...task }) => task) ?? null;
  const found = runStatus({
    plan: run.plan,
    written,
    invalid,
    queue,
    leftovers: await findLeftovers(folder!),
  });
  if (options.json === 'on') terminal.print(JSON.stringify(found, null, 2));
  else terminal.printData(statusText(found));
  return 'done';
}

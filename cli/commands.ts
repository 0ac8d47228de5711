/**
 * The commands, in the order of the help.
 *
 * To add one: write `cli/commands/<name>.ts`, which exports `command({ name, summary, arguments, flags, examples, run })`,
 * where `run` imports `./<name>-run.js` when it is called, so that `--help` loads nothing heavy; then add it to this list.
 * Flags that several commands share are in `cli/flags.ts`, a command's own stand in its file. `run` prints results by
 * `terminal.print` (stdout), everything else by `terminal.remark` and `terminal.progress` (stderr), throws an
 * `EvaluationError` when it cannot go on, and never ends the process. Help, did-you-mean, exit codes and the README's
 * tables follow from the record.
 */
import type { Command } from './command.js';
import { compare } from './commands/compare.js';
import { devices } from './commands/devices.js';
import { distort } from './commands/distort.js';
import { encode } from './commands/encode.js';
import { encoders } from './commands/encoders.js';
import { explainDifference } from './commands/explain-difference.js';
import { filter } from './commands/filter.js';
import { generate } from './commands/generate.js';
import { laplace } from './commands/laplace.js';
import { merge } from './commands/merge.js';
import { metrics } from './commands/metrics.js';
import { models } from './commands/models.js';
import { plan } from './commands/plan.js';
import { PLAN_COMMANDS } from './commands/plan-commands.js';
import { reconstruct } from './commands/reconstruct.js';
import { report } from './commands/report.js';
import { score } from './commands/score.js';
import { stats } from './commands/stats.js';
import { status } from './commands/status.js';
import { study } from './commands/study.js';
import { submit } from './commands/submit.js';
import { sweep } from './commands/sweep.js';
import { task } from './commands/task.js';
import { track } from './commands/track.js';
import { uncertainty } from './commands/uncertainty.js';

export const COMMANDS: readonly Command[] = [
  score,
  study,
  track,
  laplace,
  generate,
  sweep,
  uncertainty,
  filter,
  compare,
  reconstruct,
  report,
  explainDifference,
  distort,
  encode,
  merge,
  plan,
  ...PLAN_COMMANDS,
  submit,
  task,
  status,
  stats,
  models,
  metrics,
  encoders,
  devices,
];

import { OptionError } from '../../errors.js';
import { posteriorText } from '../../reports/uncertainty/posterior-text.js';
import { readPosterior } from '../../uncertainty/laplace/posterior-file.js';
import { posteriorSummary } from '../../uncertainty/laplace/posterior-summary.js';
import type { Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import type { LaplaceRequest } from './laplace-run.js';

/** `steadfid laplace show` */
export async function runLaplaceShow(
  { files, options }: LaplaceRequest,
  terminal: Terminal,
): Promise<Outcome> {
  const [path, ...others] = files;
  if (path === undefined || others.length > 0) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'steadfid laplace show',
      expected: 'needs one posterior',
      received: String(files.length),
      help: 'As in: steadfid laplace show posterior.npz',
    });
  }
  const summary = await posteriorSummary(await readPosterior(path));
  terminal.print(options.json === 'on' ? JSON.stringify(summary, null, 2) : posteriorText(summary));
  return 'done';
}

import { sizeText } from '../encoders/missing-model.js';
import type { MissingModels } from '../encoders/open-chosen-encoder.js';
import type { Terminal } from './terminal.js';

/** Networks that are not here are fetched, after saying how large they are. */
export function pulling(terminal: Terminal): MissingModels {
  return {
    missingModels: 'pulled',
    onPull: ({ encoder: { id, checkpoint }, folder }) => {
      terminal.remark(
        `fetching ${id}: ${sizeText(checkpoint.sizeBytes)} from ${checkpoint.url} into ${folder}`,
      );
    },
    onPullProgress: ({ id, step, done, total }) => {
      terminal.progress.show({
        task: `${step} ${id}`,
        done: Math.round(done / 1e6),
        total: Math.round(total / 1e6),
        unit: 'MB',
      });
    },
  };
}

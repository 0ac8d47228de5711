import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { comparison } from './measuring/comparison.js';
import { interleaved, median } from './measuring/interleaved.js';
import type { Topic } from './measuring/topic.js';

const COMMAND = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const LIBRARY = new URL('../index.js', import.meta.url).href;

function node(...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
}

export const startUp: Topic = {
  name: 'start-up',
  about: 'how long a process lives that asks for the version, imports the library, or does nothing',
  async run(size) {
    const times = await interleaved(
      [
        { name: 'nothing', run: () => node('--eval', '0') },
        { name: 'steadfid --version', run: () => node(COMMAND, '--version') },
        {
          name: 'import of the library',
          run: () => node('--input-type=module', '--eval', `import '${LIBRARY}'`),
        },
      ],
      size === 'full' ? 15 : 1,
    );
    const ms = median(times.get('steadfid --version')!);
    return {
      comparisons: ['steadfid --version', 'import of the library'].map((task) =>
        comparison(times, { task, against: 'nothing' }),
      ),
      figures: { 'ms of steadfid --version': Math.round(ms), 'below 150 ms': ms < 150 ? 'yes' : 'no' },
    };
  },
};

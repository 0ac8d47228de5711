import { PART_FACTS, readyPart } from '../../encoders/cluster/files/part-state.js';
import { shardRange } from '../../encoders/shard.js';
import { generationPart, mergeGenerated } from '../../uncertainty/files/generation-part.js';
import { GENERATE_FLAGS } from '../commands/generate.js';
import { type GenerateInput, generatedInto, saidOf } from '../commands/generate-run.js';
import { requireOutside } from '../output-outside.js';
import {
  completeOptions,
  type DividedCommand,
  type GivenInput,
  networkFiles,
  partOf,
} from './command-job.js';

function generateOptions({ options }: GivenInput): GenerateInput['options'] {
  return completeOptions(GENERATE_FLAGS, options) as never;
}

/** A generation: stretches of its images. */
export const generateJob: DividedCommand = {
  async plan({ arguments: given, options: { unitImages, ...own } }, terminal) {
    const options = generateOptions({ arguments: given, options: own });
    // opens the networks and goes through the settings, without an image
    await generatedInto(async () => undefined as never, options, terminal, 'planning');
    const { denoiser, posterior, initialNoise, decoder, reference, encoder, n } = options;
    const count = Math.max(1, Math.round(n! / (unitImages as number)));
    const paths = [posterior, initialNoise, reference].filter((path) => path !== undefined);
    return {
      paths: [...paths, ...[denoiser, decoder, encoder].flatMap(networkFiles)],
      units: Array.from({ length: count }, (_, of) => {
        const { start, end } = shardRange(n!, { index: of + 1, count }, 'the plan');
        return { kind: 'images', name: 'images', of, from: start, n: end - start };
      }),
    };
  },

  async work(input, task, terminal) {
    const { run, unit, path, writing } = task;
    const shard = { index: unit.of + 1, count: run.plan.units.length };
    const sink = generationPart(path, {
      ...writing,
      shard,
      facts: ({ device }) => {
        const part = partOf(task, null, device === 'cpu' ? undefined : device);
        return [PART_FACTS, Buffer.from(`${JSON.stringify(part)}\n`)];
      },
    });
    const { warnings } = await generatedInto(
      sink,
      { ...generateOptions(input), shard },
      terminal,
      `generating images ${unit.from} to ${unit.from + unit.n - 1}`,
    );
    for (const warning of warnings) terminal.warn(warning);
  },

  async merge(input, run, terminal) {
    const { output, force, reference } = generateOptions(input);
    await requireOutside({ output }, [reference]);
    const parts: string[] = [];
    for (const index of run.plan.units.keys()) parts.push(await readyPart(run, index));
    const record = await mergeGenerated(output!, parts, {
      existing: force === 'on' ? 'replaced' : 'refused',
      signal: terminal.signal,
      onProgress: (progress) =>
        terminal.progress.show({ task: `merging ${output}`, ...progress, unit: 'img' }),
    });
    terminal.progress.clear();
    return saidOf(output!, { record, found: 0 }, terminal);
  },
};

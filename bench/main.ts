import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { VERSION } from '../encoders/encoder.js';
import { projectRoot } from '../test/support/project.js';
import type { Comparison } from './measuring/comparison.js';
import { thisMachine } from './measuring/this-machine.js';
import type { BenchSize } from './measuring/topic.js';
import { TOPICS } from './topics.js';

function line(
  { task, against, taskMs, againstMs, times, faster, goal, reached }: Comparison,
  size: BenchSize,
): string {
  const ratio = times > 1 ? `${times} times as long` : `${faster} times as fast`;
  const verdict = goal === '' || size === 'quick' ? '' : ` (${goal}: ${reached ? 'reached' : 'missed'})`;
  return `  ${task}: ${taskMs} ms; ${against}: ${againstMs} ms → ${ratio}${verdict}`;
}

function installed(name: string): string {
  return JSON.parse(readFileSync(`${projectRoot}package.json`, 'utf8')).dependencies[name];
}

/** Runs the topics named, or all: `node dist/bench/main.js [--quick] [topic …]`. Only full runs are stored. */
async function main(args: readonly string[]): Promise<void> {
  const size = args.includes('--quick') ? 'quick' : 'full';
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.filter((name) => !TOPICS.some((topic) => topic.name === name));
  if (unknown.length > 0) {
    throw new Error(`no topic ${unknown.join(', ')}; known: ${TOPICS.map(({ name }) => name).join(', ')}`);
  }
  for (const topic of TOPICS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.log(`${topic.name}: ${topic.about}`);
    const load = Number(loadavg()[0]!.toFixed(1));
    const result = await topic.run(size);
    for (const comparison of result.comparisons) console.log(line(comparison, size));
    for (const [name, value] of Object.entries(result.figures)) console.log(`  ${name}: ${value}`);
    if (size === 'quick') continue;
    const record = {
      command: `npm run bench -- ${topic.name}`,
      machine: { ...thisMachine(), load },
      versions: {
        steadfid: VERSION,
        node: process.versions.node,
        'onnxruntime-node': installed('onnxruntime-node'),
      },
      about: topic.about,
      ...result,
    };
    mkdirSync(`${projectRoot}bench/results`, { recursive: true });
    writeFileSync(`${projectRoot}bench/results/${topic.name}.json`, `${JSON.stringify(record, null, 2)}\n`);
  }
}

await main(process.argv.slice(2));

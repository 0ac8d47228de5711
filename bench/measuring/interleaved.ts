import { Bench } from 'tinybench';

/** Something to time; what it gives is thrown away. */
export interface Task {
  readonly name: string;
  run(): Promise<unknown> | unknown;
}

/** Milliseconds of each round, by task. */
export type Rounds = ReadonlyMap<string, readonly number[]>;

/**
 * Times tasks in turns, once each a round, so that whatever else the machine does in a round falls on all of them: ratios
 * within a round can be trusted where times cannot. The round before the first is not counted.
 */
export async function interleaved(tasks: readonly Task[], rounds: number): Promise<Rounds> {
  const times = new Map<string, number[]>(tasks.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const bench = new Bench({ iterations: 1, time: 0, warmup: false });
    for (const { name, run } of tasks) bench.add(name, async () => void (await run()));
    await bench.run();
    for (const { name, result } of bench.tasks) {
      if (result.state !== 'completed') throw new Error(`${name} did not complete`);
      if (round > 0) times.get(name)!.push(result.latency.mean);
    }
  }
  return times;
}

/** The same, in milliseconds of processor time of all threads: ratios hold on a machine that other work shares. */
export async function interleavedProcessorTimes(tasks: readonly Task[], rounds: number): Promise<Rounds> {
  const times = new Map<string, number[]>(tasks.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of tasks) {
      const start = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(start);
      if (round > 0) times.get(name)!.push((user + system) / 1000);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

import { median, type Rounds } from './interleaved.js';

/** What a task's time is held against, and by how much it may or must differ. */
export interface Claim {
  readonly task: string;
  readonly against: string;
  /** the task takes at most so many times as long */
  readonly most?: number;
  /** the other takes at least so many times as long */
  readonly least?: number;
  /** where the other was run on a part of the work: how many times the whole is as much */
  readonly share?: number;
}

export interface Comparison {
  readonly task: string;
  readonly against: string;
  readonly taskMs: number;
  readonly againstMs: number;
  /** median over rounds of the task's time over the other's */
  readonly times: number;
  /** median over rounds of the other's time over the task's */
  readonly faster: number;
  readonly goal: string;
  readonly reached: boolean;
}

/** A claim held against the times of the rounds. */
export function comparison(rounds: Rounds, { task, against, most, least, share = 1 }: Claim): Comparison {
  const own = rounds.get(task)!;
  const other = rounds.get(against)!.map((ms) => ms * share);
  const times = median(own.map((ms, i) => ms / other[i]!));
  const faster = median(own.map((ms, i) => other[i]! / ms));
  const goals = [
    most === undefined ? [] : [`at most ${most} times as long`],
    least === undefined ? [] : [`at least ${least} times as fast`],
  ].flat();
  return {
    task,
    against,
    taskMs: rounded(median(own)),
    againstMs: rounded(median(other)),
    times: rounded(times),
    faster: rounded(faster),
    goal: goals.join(', '),
    reached: (most === undefined || times <= most) && (least === undefined || faster >= least),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

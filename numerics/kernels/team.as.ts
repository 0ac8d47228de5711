// A team works on one memory: the leader publishes phases of independent tasks, everyone takes tasks until none is left. Tasks
// are numbered onwards through all phases, so that a late helper can never take one of a phase that is over.

/** Lies at the start of the job's memory. Each thread has globals of its own, so all that is shared stands here. */
@unmanaged
export class Team {
  next: i32;
  end: i32;
  done: i32;
  signal: i32;
  stopped: i32;
  operation: i32;
  /** number of the phase's first task */
  first: i32;
  /** what the phase's tasks need to know: the column or step that the leader is at */
  step: i32;
}

const SPINS = 400;

// @ts-ignore: decorator
@inline
function at(team: Team, field: usize): usize {
  return changetype<usize>(team) + field;
}

/** The number of a task to do, or −1 when none is open. */
export function claimed(team: Team): i32 {
  while (true) {
    const task = atomic.load<i32>(at(team, offsetof<Team>('next')));
    if (task >= atomic.load<i32>(at(team, offsetof<Team>('end')))) return -1;
    if (atomic.cmpxchg<i32>(at(team, offsetof<Team>('next')), task, task + 1) == task) return task;
  }
}

export function finished(team: Team): void {
  const done = atomic.add<i32>(at(team, offsetof<Team>('done')), 1) + 1;
  if (done == atomic.load<i32>(at(team, offsetof<Team>('end')))) {
    atomic.notify(at(team, offsetof<Team>('done')), 1);
  }
}

/** Opens `count` tasks. */
export function opened(team: Team, operation: i32, step: i32, count: i32): void {
  const first = team.end;
  team.first = first;
  team.operation = operation;
  team.step = step;
  atomic.store<i32>(at(team, offsetof<Team>('end')), first + count);
  atomic.add<i32>(at(team, offsetof<Team>('signal')), 1);
  atomic.notify(at(team, offsetof<Team>('signal')), -1);
}

/** The leader waits for those who are still at a task. */
export function joined(team: Team): void {
  const end = team.end;
  let spins = 0;
  while (true) {
    const done = atomic.load<i32>(at(team, offsetof<Team>('done')));
    if (done == end) return;
    if (++spins > SPINS) atomic.wait<i32>(at(team, offsetof<Team>('done')), done, 1000000);
  }
}

/** A helper waits for tasks; false when the job is over. */
export function called(team: Team): bool {
  let spins = 0;
  while (true) {
    const signal = atomic.load<i32>(at(team, offsetof<Team>('signal')));
    if (atomic.load<i32>(at(team, offsetof<Team>('next'))) < atomic.load<i32>(at(team, offsetof<Team>('end')))) {
      return true;
    }
    if (atomic.load<i32>(at(team, offsetof<Team>('stopped'))) != 0) return false;
    if (++spins > SPINS) atomic.wait<i32>(at(team, offsetof<Team>('signal')), signal, -1);
  }
}

export function dismiss(team: Team): void {
  atomic.store<i32>(at(team, offsetof<Team>('stopped')), 1);
  atomic.add<i32>(at(team, offsetof<Team>('signal')), 1);
  atomic.notify(at(team, offsetof<Team>('signal')), -1);
}

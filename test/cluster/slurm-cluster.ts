import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A Slurm of three nodes on this machine: each has its own network and host name, and all share its disk. */
export interface SlurmCluster {
  readonly nodes: readonly string[];
  /** gone with the cluster */
  readonly folder: string;
  /** of commands that speak with it */
  readonly env: Readonly<Record<string, string>>;
  /** what a program answers */
  run(program: string, ...words: readonly string[]): string;
  /** a node's slurmd, and whatever runs in its steps: killed as by a power cut, but for its disk */
  killNode(node: string): void;
  startNode(node: string): void;
  setLink(node: string, state: 'up' | 'down'): void;
  killController(): void;
  startController(): void;
  /** tasks that wait for their requeueing's two minutes wait no longer */
  hurry(): void;
  stop(): Promise<void>;
}

/** A job that was given an earlier start is left to reach it: asked again and again it would never come. */
const HURRIED_MS = 20_000;
const BRIDGE = 'steadfid0';
const NODES = ['sfd1', 'sfd2', 'sfd3'] as const;
const CONTROLLER = '10.77.31.1';
const address = (node: string) => `10.77.31.1${node.at(-1)}`;

function quietly(program: string, ...words: readonly string[]): void {
  try {
    execFileSync(program, [...words], { stdio: 'ignore' });
  } catch {
    // it is not there
  }
}

function removeNetwork(): void {
  for (const node of NODES) quietly('ip', 'netns', 'del', node);
  quietly('ip', 'link', 'del', BRIDGE);
}

function makeNetwork(): void {
  removeNetwork();
  const ip = (...words: readonly string[]) => execFileSync('ip', [...words]);
  ip('link', 'add', BRIDGE, 'type', 'bridge');
  ip('addr', 'add', `${CONTROLLER}/24`, 'dev', BRIDGE);
  ip('link', 'set', BRIDGE, 'up');
  for (const node of NODES) {
    ip('netns', 'add', node);
    ip('link', 'add', `v-${node}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', node);
    ip('link', 'set', `v-${node}`, 'master', BRIDGE, 'up');
    ip('-n', node, 'addr', 'add', `${address(node)}/24`, 'dev', 'eth0');
    ip('-n', node, 'link', 'set', 'eth0', 'up');
    ip('-n', node, 'link', 'set', 'lo', 'up');
  }
}

function configuration(folder: string): string {
  return `ClusterName=steadfid
SlurmctldHost=${hostname().split('.')[0]}(${CONTROLLER})
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd-%n.log
SlurmctldDebug=info
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SlurmdTimeout=10
SlurmctldTimeout=10
MessageTimeout=10
KillWait=2
ReturnToService=2
MaxArraySize=5
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,batch_sched_delay=0
NodeName=DEFAULT CPUs=1 RealMemory=1000 State=UNKNOWN
${NODES.map((node) => `NodeName=${node} NodeHostname=${node} NodeAddr=${address(node)}`).join('\n')}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

/** What a process and its descendants are called in /proc. */
function descendants(pid: number): readonly number[] {
  const children = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found = [pid];
  for (let at = 0; at < found.length; at++)
    for (const [child, parent] of children) if (parent === found[at]) found.push(child);
  return found;
}

/** Waits until something is so, looking again and again. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  process.stdout.write(`  waiting: ${what}\n`);
  while (!(await holds())) await setTimeout(50);
}

export async function startSlurm(): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'steadfid-slurm-'));
  chmodSync(folder, 0o755);
  const config = join(folder, 'slurm.conf');
  const env = { ...process.env, SLURM_CONF: config } as Record<string, string>;
  mkdirSync(join(folder, 'state'));
  writeFileSync(config, configuration(folder));
  writeFileSync(join(folder, 'cgroup.conf'), 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n');
  writeFileSync(join(folder, 'munge.key'), Buffer.alloc(1024, 'no secret: a test'));
  chmodSync(join(folder, 'munge.key'), 0o400);
  makeNetwork();

  const started = new Map<string, number>();
  function daemon(name: string, program: string, words: readonly string[]): void {
    const child = spawn(program, [...words], { env, stdio: 'ignore', detached: true });
    started.set(name, child.pid!);
  }
  function kill(name: string): void {
    const pid = started.get(name);
    if (pid === undefined) return;
    for (const one of descendants(pid)) quietly('kill', '-9', `${one}`);
    started.delete(name);
  }
  const run = (program: string, ...words: readonly string[]) =>
    execFileSync(program, [...words], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const startController = () => daemon('controller', 'slurmctld', ['-D']);
  const startNode = (node: string) =>
    daemon(node, 'ip', [
      ...['netns', 'exec', node, 'unshare', '--uts', 'sh', '-c'],
      `hostname ${node}; exec slurmd -D -N ${node}`,
    ]);

  daemon('munge', 'munged', [
    ...['--foreground', '--force', `--socket=${folder}/munge.socket`, `--key-file=${folder}/munge.key`],
    ...[
      `--pid-file=${folder}/munged.pid`,
      `--log-file=${folder}/munged.log`,
      `--seed-file=${folder}/munged.seed`,
    ],
  ]);
  startController();
  for (const node of NODES) startNode(node);

  /** when jobs were given an earlier start */
  const hurried = new Map<string, number>();
  const cluster: SlurmCluster = {
    nodes: NODES,
    folder,
    env,
    run,
    killNode(node) {
      // steps are their own sessions, and know their node by its name alone
      for (const line of execFileSync('ps', ['-e', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n')) {
        const [, pid, args] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
        if (args?.startsWith('slurmstepd') && hostOf(Number(pid)) === node)
          for (const one of descendants(Number(pid))) quietly('kill', '-9', `${one}`);
      }
      kill(node);
    },
    startNode,
    setLink: (node, state) => void execFileSync('ip', ['link', 'set', `v-${node}`, state]),
    killController: () => kill('controller'),
    startController,
    hurry() {
      for (const line of run('squeue', '--noheader', '--array', '--states=PENDING', '--format=%i|%r')
        .trim()
        .split('\n')) {
        const [job, reason] = line.split('|');
        if (reason !== 'BeginTime' || Date.now() < (hurried.get(job!) ?? 0) + HURRIED_MS) continue;
        hurried.set(job!, Date.now());
        // at once it would be refused: the node takes no credential of the second in which it revoked that of the run before
        quietly('env', `SLURM_CONF=${config}`, 'scontrol', 'update', `JobId=${job}`, 'StartTime=now+3');
      }
    },
    async stop() {
      quietly('env', `SLURM_CONF=${config}`, 'scancel', '--user=root');
      for (const node of NODES) cluster.killNode(node);
      kill('controller');
      kill('munge');
      removeNetwork();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await until('all nodes are idle', () => {
    try {
      return run('sinfo', '--noheader', '--format=%D %t').trim() === '3 idle';
    } catch {
      return false;
    }
  });
  return cluster;
}

/** The host name that a process has. */
function hostOf(pid: number): string | undefined {
  try {
    return execFileSync('nsenter', ['--uts', `--target=${pid}`, 'hostname'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Processes by the names of what they write. */
export function writerOf(name: string): number {
  return Number(/\.[0-9a-f]{8}-(\d+)-[0-9a-f]{8}\.part$/.exec(name)![1]);
}

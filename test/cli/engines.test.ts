import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { kubernetesJob } from '../../cli/cluster/kubernetes.js';
import { runStatus, runStatusSchema, statusText } from '../../cli/cluster/run-status.js';
import { arrayWords, queuedTasks, quoted, slurmArrays, slurmScript } from '../../cli/cluster/slurm.js';
import { encodingPlan } from '../../encoders/cluster/plan.js';

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/); // RFC 1123
const count = z.int().min(0);

/**
 * Fields of `batch/v1` Job that a Job of ours has, as the API's OpenAPI v3 description names and types them (kubernetes/kubernetes
 * 0021731, Apache-2.0), with what its descriptions ask for beyond types. A field that the API does not know is refused.
 */
const jobOfApi = z
  .strictObject({
    apiVersion: z.literal('batch/v1'),
    kind: z.literal('Job'),
    metadata: z.strictObject({ name }),
    spec: z.strictObject({
      completions: count,
      parallelism: count.max(1e5),
      completionMode: z.enum(['Indexed', 'NonIndexed']),
      backoffLimitPerIndex: count.optional(),
      maxFailedIndexes: count.max(1e4).optional(),
      podFailurePolicy: z.strictObject({
        rules: z
          .array(
            z.union([
              z.strictObject({
                action: z.enum(['FailJob', 'FailIndex', 'Ignore', 'Count']),
                onExitCodes: z.strictObject({
                  containerName: name,
                  operator: z.enum(['In', 'NotIn']),
                  values: z.array(z.int().min(1).max(255)).min(1).max(255),
                }),
              }),
              z.strictObject({
                action: z.enum(['FailJob', 'FailIndex', 'Ignore', 'Count']),
                onPodConditions: z
                  .array(z.strictObject({ type: z.string(), status: z.enum(['True', 'False', 'Unknown']) }))
                  .max(20),
              }),
            ]),
          )
          .max(20),
      }),
      template: z.strictObject({
        spec: z.strictObject({
          restartPolicy: z.enum(['Never', 'OnFailure']),
          containers: z
            .array(
              z.strictObject({
                name,
                image: z.string().min(1),
                command: z.array(z.string()),
                volumeMounts: z.array(z.strictObject({ name, mountPath: z.string().startsWith('/') })),
              }),
            )
            .min(1),
          volumes: z.array(
            z.strictObject({ name, persistentVolumeClaim: z.strictObject({ claimName: z.string() }) }),
          ),
        }),
      }),
    }),
  })
  .refine(({ spec }) => spec.completions <= 1e5 || spec.maxFailedIndexes !== undefined)
  .refine(({ spec }) => spec.completionMode === 'Indexed' && spec.template.spec.restartPolicy === 'Never');

const request = {
  name: 'steadfid-0123456789ab',
  image: 'registry.example/steadfid:1',
  units: 12,
  workers: 64,
  folder: '/data/run',
  taskWords: ['--threads', '2'],
  volumes: [{ claim: 'images', path: '/data' }],
};

describe('kubernetesJob', () => {
  test('is an Indexed Job as the API describes one, for few and for very many units', () => {
    for (const units of [1, 12, 250_000]) jobOfApi.parse(kubernetesJob({ ...request, units }));
    const { spec } = kubernetesJob(request);
    const [container] = spec.template.spec.containers;
    expect(spec).toMatchObject({ completions: 12, parallelism: 12, backoffLimitPerIndex: 3 });
    expect(container!.command).toEqual(['steadfid', 'task', '/data/run', '--threads', '2']);
    expect(spec.podFailurePolicy.rules[0]).toEqual({
      action: 'FailIndex',
      onExitCodes: { containerName: container!.name, operator: 'In', values: [2] },
    });
  });

  test('a Job that the API would refuse is refused', () => {
    const job = kubernetesJob(request);
    const spec = { ...job.spec, backoffLimitPerIndexes: 3 };
    expect(() => jobOfApi.parse({ ...job, spec })).toThrow('backoffLimitPerIndexes');
  });
});

describe('jobs of Slurm', () => {
  test('units in arrays whose indices end before MaxArraySize', () => {
    expect(slurmArrays([0, 1, 4, 5, 9, 12], 5)).toEqual([
      { offset: 0, indices: [0, 1, 4] },
      { offset: 5, indices: [0, 4] },
      { offset: 10, indices: [2] },
    ]);
  });

  test('sbatch is told of the missing units alone, and the caller’s flags come last', () => {
    const job = { name: 'n', workers: 64, log: 'log', script: 'job.sbatch', given: ['--partition=gpu'] };
    const words = arrayWords({ offset: 1000, indices: [0, 1, 2, 7] }, { ...job, after: ['17', '18'] });
    expect(words).toContain('--dependency=afterany:17:18');
    expect(words).toContain('--array=0-2,7%64');
    expect(words.slice(-3)).toEqual(['--partition=gpu', 'job.sbatch', '1000']);
  });

  test('the script is one that bash reads, with names as they are', () => {
    const folder = "/a b/it's/run";
    const script = slurmScript({ node: '/usr/bin/node', program: '/x/main.js', folder, taskWords: [] });
    execFileSync('bash', ['-n'], { input: script });
    expect(execFileSync('bash', ['-c', `printf %s ${quoted(folder)}`], { encoding: 'utf8' })).toBe(folder);
    expect(script).toContain("'/a b/it'\\''s/run'");
  });

  test('what squeue says is read by unit', () => {
    expect(
      queuedTasks('1000|7|RUNNING|1-02:03:04|n1|40\n0|3|PENDING|0:00||41\n(null)|N/A|RUNNING|1:02|n2|42\n'),
    ).toEqual([
      { unit: 1007, state: 'RUNNING', elapsedSeconds: 93784, node: 'n1', job: '40' },
      { unit: 3, state: 'PENDING', elapsedSeconds: 0, node: '', job: '41' },
    ]);
  });
});

describe('runStatus', () => {
  const ids = Array.from({ length: 40 }, (_, i) => `${String(i).padStart(2, '0')}.png`);
  const source = {
    source: 'a',
    path: 'a',
    kind: 'folder',
    key: null,
    imageRange: null,
    prefix: '',
    passedOver: null,
    digest: null,
    ids,
    sizes: new Float64Array(ids.length),
  } as const;
  const planned = encodingPlan([source], {
    keep: 'embeddings',
    encoder: { id: 'x', sha256: null, preprocessing: null, origin: 'custom', file: null },
    orientation: 'ignored',
    unreadable: 'refused',
    maxPixels: null,
    batchSize: 1,
    unitImages: 10,
  });

  test('time left is that of the rate so far, and a task that runs three times as long is slow', async () => {
    const plan = await planned;
    const queue = [
      { unit: 2, state: 'RUNNING', elapsedSeconds: 700, node: 'n1' },
      { unit: 3, state: 'RUNNING', elapsedSeconds: 20, node: 'n2' },
    ];
    const written = new Map([
      [0, 1_000_000],
      [1, 1_100_000],
    ]);
    const status = runStatus({ plan, written, invalid: [], queue, leftovers: ['parts/.x.part'] });
    expect(runStatusSchema.parse(status)).toMatchObject({
      images: { done: 20, total: 40 },
      slow: [2],
      secondsLeft: 200,
    });
    expect(statusText(status).split('\n')).toEqual([
      'units   2 of 4 done, 20 of 40 images',
      'missing 2-3',
      'queue   2 running',
      'slow    2',
      'unfinished files 1, which merging removes',
      'left    about 4 min at the rate so far',
    ]);
  });

  test('a rate that nothing says is null', async () => {
    const plan = await planned;
    const status = runStatus({ plan, written: new Map([[0, 5]]), invalid: [], queue: null, leftovers: [] });
    expect([status.secondsLeft, status.queue]).toEqual([null, null]);
  });
});

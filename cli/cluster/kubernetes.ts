/** A claim of a volume and where its tasks find it. */
export interface VolumeMount {
  readonly claim: string;
  readonly path: string;
}

/** What a Job runs. */
export interface KubernetesRequest {
  readonly name: string;
  readonly image: string;
  readonly units: number;
  readonly workers: number;
  /** as the container sees it: absolute */
  readonly folder: string;
  readonly taskWords: readonly string[];
  readonly volumes: readonly VolumeMount[];
}

const CONTAINER = 'task';
const MOST_RETRIES = 3;
/** Completions up to which the API asks for no limit of failed ones. */
const MANY = 100_000;

/**
 * An Indexed Job, `batch/v1`, whose pods each encode a unit. What would fail again (exit 2) fails its index at once; a pod that its node
 * lost does not count; all else is tried three times more. Units that are done end at once when the Job is made again.
 *
 * Source: the Kubernetes API reference, Job v1 batch; `backoffLimitPerIndex` and `podFailurePolicy` with `FailIndex`, v1.29 and later.
 */
export function kubernetesJob({
  name,
  image,
  units,
  workers,
  folder,
  taskWords,
  volumes,
}: KubernetesRequest) {
  const named = volumes.map(({ claim, path }, i) => ({ name: `volume-${i}`, claim, path }));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      completions: units,
      parallelism: Math.min(workers, units, MANY),
      completionMode: 'Indexed',
      backoffLimitPerIndex: MOST_RETRIES,
      ...(units > MANY ? { maxFailedIndexes: MANY / 10 } : {}), // needed there; else no number of failed units ends the others
      podFailurePolicy: {
        rules: [
          { action: 'FailIndex', onExitCodes: { containerName: CONTAINER, operator: 'In', values: [2] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: CONTAINER,
              image,
              command: ['steadfid', 'task', folder, ...taskWords],
              volumeMounts: named.map((volume) => ({ name: volume.name, mountPath: volume.path })),
            },
          ],
          volumes: named.map((volume) => ({
            name: volume.name,
            persistentVolumeClaim: { claimName: volume.claim },
          })),
        },
      },
    },
  };
}

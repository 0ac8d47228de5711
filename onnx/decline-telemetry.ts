import { isMainThread } from 'node:worker_threads';

const NAME = 'ORT_DISABLE_TELEMETRY';

/**
 * Keeps ONNX Runtime (from 1.29) from gathering and sending what networks it opens; must come before its library is loaded. The
 * runtime has no other means than this variable of the process's environment. Who sets it has decided otherwise.
 *
 * @returns `elsewhere` in a worker thread whose process has not set the variable: a thread has a copy of the environment, in
 * which the runtime does not look, so that it may be loaded in another process alone
 * @source ONNX Runtime's pull requests 27379 and 29843
 */
export function declineTelemetry(): 'declined' | 'elsewhere' {
  process.env[NAME] ??= '1';
  if (isMainThread) return 'declined';
  return processEnvironment()[NAME] === undefined ? 'elsewhere' : 'declined';
}

/**
 * Keeps NVIDIA's libraries from multiplying float32 numbers in TF32, which has 10 bits; must come before they are loaded. Who sets the
 * variable has decided otherwise.
 *
 * @source NVIDIA's documentation of NVIDIA_TF32_OVERRIDE
 */
export function declineTf32(device: string | undefined): void {
  if (device === 'cuda') process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
}

/** What native code sees, which `process.env` of a thread is not. */
function processEnvironment(): Readonly<Record<string, string | undefined>> {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  const before = report.excludeNetwork;
  report.excludeNetwork = true; // host names of open connections would be looked up
  const { environmentVariables } = report.getReport() as unknown as {
    readonly environmentVariables: Readonly<Record<string, string>>;
  };
  if (before !== undefined) report.excludeNetwork = before;
  return environmentVariables;
}

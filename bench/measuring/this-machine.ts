import { arch, cpus, platform } from 'node:os';

/** What a stored result was measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  readonly arch: string;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  const processors = cpus();
  return { cpu: processors[0]!.model, cores: processors.length, platform: platform(), arch: arch() };
}

import settings from './vitest.config.mjs';

// A Slurm of three nodes on this machine: needs root and Debian's packages slurmctld, slurmd, slurm-client and munge.
export default { test: { ...settings.test, include: ['dist/test/cluster/*.cluster.js'], maxWorkers: 1 } };

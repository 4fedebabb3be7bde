import { cpus, loadavg, totalmem } from 'node:os';

/** Where and when figures were taken; without it they compare with nothing. */
export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  memoryGb: number;
  node: string;
}

export function machine(): Machine {
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

/** How many processes want a core, over the last minute. Above the number of cores others take part of what is measured. */
export function load(): number {
  return round(loadavg()[0] ?? 0);
}

/** Two digits behind the point are all that a benchmark knows. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MeshRecord } from '#chassis/local/mesh-file.ts';

export interface BenchMesh {
  record: MeshRecord;
  /** From the command to the last service's readiness. */
  secondsToReady: number;
  stop(): Promise<void>;
}

/** Starts a mesh on an empty folder as one command would. */
export async function startBenchMesh(directory: string): Promise<BenchMesh> {
  const begin = performance.now();
  const child = fork(fileURLToPath(new URL('./supervisor-process.ts', import.meta.url)), [directory]);
  const ended = once(child, 'exit');
  const started = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (!started) throw new Error(`the mesh did not start; its logs are in ${directory}/logs`);
  return {
    record: started[0] as MeshRecord,
    secondsToReady: (performance.now() - begin) / 1000,
    async stop() {
      child.send('stop');
      await ended;
    },
  };
}

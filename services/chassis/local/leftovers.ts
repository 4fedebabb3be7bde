import { setTimeout as pause } from 'node:timers/promises';
import { forgetMesh, processesOf, recordedMesh, stillRuns } from './mesh-file.ts';

const GRACE_MS = 35_000;

/** Ends processes that a supervisor which was killed left behind; they hold the data folder. */
export async function endLeftovers(directory: string, say: (line: string) => void): Promise<void> {
  const mesh = recordedMesh(directory);
  if (!mesh) return;
  const left = processesOf(mesh).filter((pid) => stillRuns(mesh, pid));
  for (const pid of left) process.kill(pid, 'SIGINT');
  if (left.length > 0) say(`ending ${left.length} processes that an earlier run left`);
  for (let waited = 0; left.some((pid) => stillRuns(mesh, pid)) && waited < GRACE_MS; waited += 100) await pause(100);
  forgetMesh(directory);
}

/**
 * Places where a test has a process die, named after what was just done or is about to be. Elsewhere they do nothing: the choice is made once, when a process starts.
 *
 * A process started with FAULTS_ALLOWED=1 and CRASH_FILE=<path> looks into that file at every point; when the file holds the point's name the process removes it and
 * kills itself, as hard as a power cut would. The file is gone then, so one arming is one death, whatever starts again and however many processes pass the point.
 */
import { readFileSync, unlinkSync } from 'node:fs';

export type CrashPoint = (name: string) => void;

/** The points of a process with this environment. */
export function crashPointsOf(
  environment: Record<string, string | undefined>,
  die: () => void = () => process.kill(process.pid, 'SIGKILL'),
): CrashPoint {
  const file = environment.CRASH_FILE;
  if (environment.FAULTS_ALLOWED !== '1' || !file) return () => undefined;
  return (name) => {
    if (!takes(file, name)) return;
    die();
  };
}

/** Dies here when a test wants that. */
export const crashPoint: CrashPoint = crashPointsOf(process.env);

/** Whether the file names this point and this process was the one to remove it. */
function takes(file: string, name: string): boolean {
  try {
    if (readFileSync(file, 'utf8') !== name) return false;
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}

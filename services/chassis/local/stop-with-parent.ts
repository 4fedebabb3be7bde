/** Calls `stop` when the supervisor that started this process is gone, however it ended: its end of our standard input closes. Does nothing elsewhere. */
export function stopWithParent(stop: () => void): void {
  if (process.env.STOP_WITH_PARENT !== '1') return;
  process.stdin.resume();
  process.stdin.once('end', stop);
  process.stdin.once('error', stop);
}

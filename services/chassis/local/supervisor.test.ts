import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { processesOf, recordedMesh } from './mesh-file.ts';
import { birthOf } from './process-birth.ts';
import { startMesh } from './supervisor.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tradewind-start-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test.each(['NATS', 'ready'])(
  'a start that is given up at “%s” leaves nothing running',
  { timeout: 90_000 },
  async (moment) => {
    const stop = new AbortController();
    let noted: number[] = [];
    const starting = startMesh({
      directory,
      gatewayPort: await freePort(),
      signal: stop.signal,
      say(line) {
        if (!line.includes(moment) || stop.signal.aborted) return;
        noted = processesOf(recordedMesh(directory) ?? expect.unreachable()).filter((pid) => pid !== process.pid);
        stop.abort();
      },
    });
    await expect(starting).rejects.toThrow('aborted');
    expect(noted.length).toBeGreaterThan(0);
    expect(noted.filter((pid) => birthOf(pid))).toEqual([]);
    expect(existsSync(join(directory, 'mesh.json'))).toBe(false);
  },
);

test('a setting that cannot be ends the start at once, in the words of the service', { timeout: 60_000 }, async () => {
  const starting = startMesh({
    directory,
    gatewayPort: await freePort(),
    envOf: (service): Record<string, string> => (service === 'shipping' ? { LOG_LEVEL: 'loud' } : {}),
    say: () => undefined,
  });
  await expect(starting).rejects.toThrow(/^shipping does not start: Bad configuration: LOG_LEVEL is "loud"/);
});

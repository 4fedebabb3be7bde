/** A service under verification in a process of its own: Pact's core prints all it does, and none of that belongs between test results. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InsteadOf, Verification } from './verify.ts';

/** Which pacts to verify, and with what instead of the service as it is. */
export interface Asked {
  files: readonly string[];
  instead?: InsteadOf;
}

export type Told = { url: string } | { verifications: Verification[] } | { problem: string };

export interface Verifier {
  /** Where the service answers. */
  url: string;
  verify(files: readonly string[], instead?: InsteadOf): Promise<Verification[]>;
  stop(): Promise<void>;
}

export async function startVerifier(provider: string): Promise<Verifier> {
  const child = fork(fileURLToPath(new URL('verifier-main.ts', import.meta.url)), [provider], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const next = () =>
    new Promise<Told>((resolve, reject) => {
      child.once('message', (told) => resolve(told as Told));
      void ended.then(() => reject(new Error(`the verifier of ${provider} ended: ${said}`)));
    });
  const started = await next();
  if (!('url' in started)) throw new Error(`the verifier of ${provider} did not start`);
  return {
    url: started.url,
    async verify(files, instead) {
      const answer = next();
      child.send({ files, ...(instead && { instead }) } satisfies Asked);
      const told = await answer;
      if ('verifications' in told) return told.verifications;
      throw new Error('problem' in told ? told.problem : 'the verifier said something else');
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import pc from 'picocolors';
import { type InstanceRecord, type MeshRecord, readinessOf, stillRuns } from '#chassis/local/mesh-file.ts';
import type { DependencyState } from '#chassis/rpc/health.ts';
import { fetchWithAuthority, type GetPage } from '#chassis/tls/mesh-fetch.ts';
import { contextOf } from '../context.ts';
import { FAILED } from '../failure.ts';
import { table } from '../table.ts';

interface InstanceStatus extends InstanceRecord {
  service: string;
  state: string;
  dependencies: DependencyState[];
}

export function statusCommand(): Command {
  return new Command('status')
    .summary('show each service, its instances and what they depend on')
    .description(
      'Asks every instance whether it is ready, and what it needs. Exit code 0 when all are ready, 1 when one is not.',
    )
    .addHelpText('after', '\nExamples:\n  $ npx tradewind status\n  $ npx tradewind status --json')
    .action(async (_options, command: Command) => {
      const { mesh, print } = contextOf(command);
      const record = mesh();
      const get: GetPage = record.authority ? fetchWithAuthority(readFileSync(record.authority)) : fetch;
      const instances = await Promise.all(
        instancesOf(record).map((instance) => statusOf(instance, instance.secure ? get : fetch)),
      );
      const servers = Object.entries(record.servers).map(([name, pid]) => ({
        name,
        pid,
        running: stillRuns(record, pid),
      }));
      const allReady = instances.length > 0 && instances.every(({ state }) => state === 'ready');
      const ready = allReady && servers.every(({ running }) => running);
      print({ ready, gatewayUrl: record.gatewayUrl, instances, servers }, () =>
        [
          table(
            ['service', 'state', 'pid', 'gRPC', 'HTTP', 'depends on'],
            instances.map((each) => [
              each.service,
              coloured(each.state),
              each.pid,
              each.grpcPort ?? '–',
              each.httpPort,
              each.dependencies.map(dependencyText).join(', ') || '–',
            ]),
          ),
          servers
            .map(({ name, pid, running }) => `${name} ${running ? `runs (${pid})` : pc.red('does not run')}`)
            .join(' · '),
          ready ? `${pc.green('✔')} Ready: ${record.gatewayUrl}` : `${pc.red('✗')} Not everything is ready.`,
        ].join('\n'),
      );
      if (!ready) process.exitCode = FAILED;
    });
}

function instancesOf(record: MeshRecord) {
  return Object.entries(record.services).flatMap(([service, instances]) =>
    instances.map((instance) => ({ service, ...instance })),
  );
}

async function statusOf(
  instance: Omit<InstanceStatus, 'state' | 'dependencies'>,
  get: GetPage,
): Promise<InstanceStatus> {
  try {
    const answer = await get(readinessOf(instance), { signal: AbortSignal.timeout(3_000) });
    const { ready, phase, dependencies } = (await answer.json()) as {
      ready: boolean;
      phase: string;
      dependencies: DependencyState[];
    };
    return { ...instance, state: ready ? 'ready' : phase === 'serving' ? 'not ready' : phase, dependencies };
  } catch {
    return { ...instance, state: 'does not answer', dependencies: [] };
  }
}

function coloured(state: string): string {
  return state === 'ready' ? pc.green(state) : pc.red(state);
}

function dependencyText({ name, state, latency_ms, problem }: DependencyState): string {
  return state === 'up'
    ? `${name} ${latency_ms.toFixed(1)} ms`
    : pc.red(`${name} is down${problem ? ` (${problem})` : ''}`);
}

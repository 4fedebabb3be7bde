/** The contracts of each service in all their versions, as generated code has them: a version that is served and not in the mesh could not be reached. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DescService } from '@bufbuild/protobuf';
import { services } from '#chassis/local/topology.ts';

const generated = fileURLToPath(new URL('../../gen/tradewind/', import.meta.url));

const contracts: ReadonlyMap<string, readonly DescService[]> = new Map(
  await Promise.all(services.map(async ({ name }) => [name, await contractsOf(name)] as const)),
);

/** The contracts that a service serves, in the order of their names. */
export function servedBy(service: string): readonly DescService[] {
  return contracts.get(service) ?? [];
}

async function contractsOf(noun: string): Promise<DescService[]> {
  const files = readdirSync(`${generated}${noun}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^v\d+\/\w+_service_pb\.ts$/.test(path))
    .sort();
  const modules = await Promise.all(files.map((path) => import(`${generated}${noun}/${path}`)));
  const found = modules.flatMap((module: Record<string, unknown>) => Object.values(module).filter(isService));
  return found.sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
}

function isService(value: unknown): value is DescService {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'service';
}

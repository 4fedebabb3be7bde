import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DescField, DescFile, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { root } from './sources.ts';

/** Every contract of the project, found through the generated code: what is not generated is not checked, so the drift check guards this too. */
export const contracts: readonly DescFile[] = await loadContracts();

export const rpcServices: readonly DescService[] = contracts
  .flatMap((file) => file.services)
  .sort((a, b) => (a.typeName < b.typeName ? -1 : 1));

export const rpcs: readonly DescMethod[] = rpcServices.flatMap((service) => service.methods);

export function nameOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** What clients send: the requests themselves and every message of ours within them. */
export function sentMessages(): DescMessage[] {
  const seen = new Map<string, DescMessage>();
  const visit = (message: DescMessage) => {
    if (seen.has(message.typeName) || !message.typeName.startsWith('tradewind.')) return;
    seen.set(message.typeName, message);
    for (const field of message.fields) visitField(field);
  };
  const visitField = (field: DescField) => {
    if (field.message) visit(field.message);
  };
  for (const { input } of rpcs) visit(input);
  return [...seen.values()];
}

async function loadContracts(): Promise<DescFile[]> {
  const folder = join(root, 'gen/tradewind');
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('_pb.ts'));
  const exported = await Promise.all(modules.map((path) => import(join(folder, path))));
  return exported.flatMap((module: Record<string, unknown>) => Object.values(module).filter(isFile));
}

function isFile(value: unknown): value is DescFile {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'file';
}

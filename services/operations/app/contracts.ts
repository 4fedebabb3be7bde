/** Hands out the contracts themselves, for those who want to look an RPC up or call it. */
import { readFileSync } from 'node:fs';
import {
  create,
  type DescFile,
  type DescMethod,
  type DescService,
  getOption,
  hasOption,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { type ServiceNode, services } from '#chassis/local/topology.ts';
import { lifecycle, rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';

const DOCS = new URL('../contract-docs.json', import.meta.url);

/** Reads everything anew for each answer: it is asked for rarely, and would take memory all the time. */
export async function readContracts() {
  const docs = JSON.parse(readFileSync(DOCS, 'utf8')) as Record<string, string>;
  const contracts = (await Promise.all(services.map(servedBy))).flat();
  const files = new Set<DescFile>();
  for (const { contract } of contracts) collect(contract.file, files);
  return {
    descriptorSet: toBinary(
      FileDescriptorSetSchema,
      create(FileDescriptorSetSchema, { file: [...files].map(({ proto }) => proto) }),
    ),
    docs,
    rpcs: contracts.flatMap(({ service, contract }) =>
      contract.methods.map((method) => ({
        service: service.name,
        contract: contract.typeName,
        name: method.name,
        policy: getOption(method, rpcPolicy),
        reasons: reasonsOf(docs[nameOf(method)] ?? ''),
      })),
    ),
  };
}

/** Every contract of a service, and before each that is withdrawn the one that takes its place. */
async function servedBy(service: ServiceNode) {
  const versions = await Promise.all(service.contracts.map(newestFirst));
  return versions.flat().map((contract) => ({ service, contract }));
}

async function newestFirst(contract: DescService): Promise<DescService[]> {
  if (!hasOption(contract, lifecycle)) return [contract];
  return [...(await newestFirst(await contractOf(getOption(contract, lifecycle).successor))), contract];
}

/** A contract by its name alone, which is also where its generated code lies. */
async function contractOf(typeName: string): Promise<DescService> {
  const at = typeName.lastIndexOf('.');
  const file = typeName
    .slice(at + 1)
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();
  const specifier = `#gen/${typeName.slice(0, at).replaceAll('.', '/')}/${file}_pb.ts`;
  const module = (await import(specifier)) as Record<string, DescService | undefined>;
  const contract = module[typeName.slice(at + 1)];
  if (!contract) throw new Error(`${specifier} holds no ${typeName}`);
  return contract;
}

/** `tradewind.orders.v1.OrdersService/PlaceOrder` */
const nameOf = (method: DescMethod) => `${method.parent.typeName}/${method.name}`;

/** Each file after those it imports. */
function collect(file: DescFile, files: Set<DescFile>): void {
  for (const imported of file.dependencies) collect(imported, files);
  files.add(file);
}

/** The reasons that the comment of an RPC names after `Reasons:`. */
function reasonsOf(comment: string): string[] {
  const told = /Reasons:(.*)/s.exec(comment)?.[1] ?? '';
  return told.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? [];
}

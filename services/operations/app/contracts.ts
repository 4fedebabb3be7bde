/** Hands out the contracts themselves, for those who want to look an RPC up or call it. */
import { readFileSync } from 'node:fs';
import { create, type DescFile, type DescMethod, getOption, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { services } from '#chassis/local/topology.ts';
import { rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';

const DOCS = new URL('../contract-docs.json', import.meta.url);

/** Reads everything anew for each answer: it is asked for rarely, and would take memory all the time. */
export async function readContracts() {
  const docs = JSON.parse(readFileSync(DOCS, 'utf8')) as Record<string, string>;
  const contracts = services.flatMap((service) => service.contracts.map((contract) => ({ service, contract })));
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

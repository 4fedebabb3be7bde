import { createFileRegistry, type DescMethod, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { useQuery } from '@connectrpc/connect-query';
import { useMemo } from 'react';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';

/** The contracts of the mesh, read once: they change only when it is rolled out anew. */
export function useContracts() {
  return useQuery(OperationsService.method.getContracts, {}, { staleTime: Number.POSITIVE_INFINITY });
}

/** What the descriptors of an answer describe, made once for each. */
export function useRegistry(descriptorSet: Uint8Array): FileRegistry {
  return useMemo(() => createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet)), [descriptorSet]);
}

export function methodOf(registry: FileRegistry, contract: string, name: string): DescMethod | undefined {
  return registry.getService(contract)?.methods.find((method) => method.name === name);
}

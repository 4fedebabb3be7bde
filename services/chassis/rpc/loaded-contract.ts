import { create, createFileRegistry, type DescService, fromBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';

/** The contract of a service that proto-loader has read, as generated code would have it. */
export function loadedContract(typeName: string, files: readonly Uint8Array[]): DescService {
  const file = files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const known = new Set(file.flatMap((each) => namesIn(`.${each.package}`, each.messageType, each.enumType)));
  for (const each of file) qualify(each, known);
  const service = createFileRegistry(create(FileDescriptorSetSchema, { file })).getService(typeName);
  if (!service) throw new Error(`${typeName} has no contract`);
  return service;
}

function namesIn(scope: string, messages: readonly DescriptorProto[], enums: readonly { name: string }[]): string[] {
  const nested = messages.flatMap(({ name, nestedType, enumType }) => [
    `${scope}.${name}`,
    ...namesIn(`${scope}.${name}`, nestedType, enumType),
  ]);
  return [...nested, ...enums.map(({ name }) => `${scope}.${name}`)];
}

/** proto-loader names types as the author wrote them, which a descriptor must not: they are looked for from the inside out, as a compiler does. */
function qualify(file: FileDescriptorProto, known: ReadonlySet<string>): void {
  const resolve = (name: string, scope: string): string => {
    if (name === '' || name.startsWith('.')) return name;
    for (let at = scope; ; at = at.slice(0, at.lastIndexOf('.'))) {
      if (known.has(`${at}.${name}`)) return `${at}.${name}`;
      if (at === '') return `.${name}`;
    }
  };
  const visit = (message: DescriptorProto, scope: string) => {
    for (const field of message.field) field.typeName = resolve(field.typeName, scope);
    for (const inner of message.nestedType) visit(inner, `${scope}.${inner.name}`);
  };
  const scope = `.${file.package}`;
  for (const message of file.messageType) visit(message, `${scope}.${message.name}`);
  for (const method of file.service.flatMap((service) => service.method)) {
    method.inputType = resolve(method.inputType, scope);
    method.outputType = resolve(method.outputType, scope);
  }
}

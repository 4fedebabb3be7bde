/** Our contracts as a later release may have them: a field more in every message, a value more in every enum, an event more in every package of events. */
import { clone, create, createFileRegistry, type DescFile, type FileRegistry } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';

/** The number of the field that every message has more. */
const NEW_FIELD = 1000;
/** The number of the value that every enum has more. */
export const NEW_VALUE = 99;
/** The event that every package of events has more. */
const NEW_EVENT = 'NobodyKnowsYet';

export function tomorrow(files: readonly DescFile[]): FileRegistry {
  const file = withDependencies(files).map((each) => {
    const proto = clone(FileDescriptorProtoSchema, each);
    return proto.package.startsWith('tradewind.') ? grown(proto) : proto;
  });
  return createFileRegistry(create(FileDescriptorSetSchema, { file }));
}

/** Every file once, after those it needs. */
function withDependencies(files: readonly DescFile[]): FileDescriptorProto[] {
  const found = new Map<string, FileDescriptorProto>();
  const visit = (file: DescFile) => {
    for (const needed of file.dependencies) visit(needed);
    found.set(file.proto.name, file.proto);
  };
  for (const file of files) visit(file);
  return [...found.values()];
}

function grown(file: FileDescriptorProto): FileDescriptorProto {
  if (file.package.includes('.events.')) file.messageType.push(newEvent(file));
  for (const message of file.messageType) growMessage(message);
  for (const each of file.enumType) growEnum(each);
  return file;
}

/** It is about the same thing as the first of its package. */
function newEvent(file: FileDescriptorProto): DescriptorProto {
  const first = file.messageType.find(({ options }) => options !== undefined);
  if (!first) throw new Error(`${file.package} has no events`);
  return Object.assign(clone(DescriptorProtoSchema, first), { name: NEW_EVENT });
}

function growMessage(message: DescriptorProto): void {
  message.field.push(
    create(FieldDescriptorProtoSchema, {
      name: 'not_known_yet',
      jsonName: 'notKnownYet',
      number: NEW_FIELD,
      type: FieldDescriptorProto_Type.STRING,
      label: FieldDescriptorProto_Label.OPTIONAL,
    }),
  );
  for (const inner of message.nestedType) growMessage(inner);
  for (const inner of message.enumType) growEnum(inner);
}

/** Not at the end, where samples look for a value that both sides know. */
function growEnum(each: EnumDescriptorProto): void {
  each.value.splice(
    1,
    0,
    create(EnumValueDescriptorProtoSchema, { name: `${each.name}_NOT_KNOWN_YET`, number: NEW_VALUE }),
  );
}

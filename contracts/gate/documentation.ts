/** Reads the comments of contracts, and finds what should have one and has none. */
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { type Elements, elementsOf } from './elements.ts';
import type { Contracts } from './image.ts';

/** Comments by the key of the element, as in `elementsOf`. A released image has none. */
export type Documentation = ReadonlyMap<string, string>;

/** Field numbers of descriptor.proto, which the paths of source positions are made of. */
const MESSAGE = 4;
const ENUM = 5;
const SERVICE = 6;

export function documentationOf({ files }: Contracts): Documentation {
  const found = new Map<string, string>();
  for (const { proto } of files) {
    const comments = new Map(
      proto.sourceCodeInfo?.location.map(({ path, leadingComments }) => [path.join('.'), leadingComments]),
    );
    for (const [key, path] of pathsOf(proto)) {
      const comment = comments.get(path)?.replace(/^ /gm, '').trim();
      if (comment) found.set(key, comment);
    }
  }
  return found;
}

function* pathsOf(file: FileDescriptorProto): Iterable<[key: string, path: string]> {
  for (const [at, message] of file.messageType.entries()) {
    yield* pathsInMessage(`${file.package}.${message.name}`, `${MESSAGE}.${at}`, message);
  }
  for (const [at, enumeration] of file.enumType.entries()) {
    yield* pathsInEnum(`${file.package}.${enumeration.name}`, `${ENUM}.${at}`, enumeration);
  }
  for (const [at, service] of file.service.entries()) {
    const key = `${file.package}.${service.name}`;
    yield [key, `${SERVICE}.${at}`];
    for (const [nth, method] of service.method.entries()) yield [`${key}/${method.name}`, `${SERVICE}.${at}.2.${nth}`];
  }
}

function* pathsInMessage(key: string, path: string, message: DescriptorProto): Iterable<[string, string]> {
  yield [key, path];
  for (const [at, field] of message.field.entries()) yield [`${key}#${field.number}`, `${path}.2.${at}`];
  for (const [at, nested] of message.nestedType.entries()) {
    yield* pathsInMessage(`${key}.${nested.name}`, `${path}.3.${at}`, nested);
  }
  for (const [at, nested] of message.enumType.entries()) {
    yield* pathsInEnum(`${key}.${nested.name}`, `${path}.4.${at}`, nested);
  }
}

function* pathsInEnum(key: string, path: string, enumeration: EnumDescriptorProto): Iterable<[string, string]> {
  yield [key, path];
  for (const [at, value] of enumeration.value.entries()) yield [`${key}#${value.number}`, `${path}.2.${at}`];
}

/** Elements without a comment, and RPCs whose comment does not say for which reasons they refuse. */
export function undocumented(contracts: Contracts, elements: Elements = elementsOf(contracts)) {
  const docs = documentationOf(contracts);
  const all = [...elements.values()];
  const silent = (key: string) => !docs.get(key);
  return {
    withoutComment: all.filter(({ key }) => silent(key)).map(({ kind, name }) => `${kind} ${name}`),
    withoutReasons: all
      .filter(({ kind, key }) => kind === 'RPC' && !silent(key) && !/\breasons?\b/i.test(docs.get(key) ?? ''))
      .map(({ name }) => name),
  };
}

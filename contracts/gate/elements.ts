/** Gives everything in contracts a key that stays when it is renamed, so that two versions can be laid side by side. */
import type { DescEnum, DescEnumValue, DescField, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import type { Contracts } from './image.ts';

export type Kind = 'package' | 'file' | 'service' | 'RPC' | 'message' | 'event' | 'field' | 'enum' | 'enum value';

export type Described = DescService | DescMethod | DescMessage | DescField | DescEnum | DescEnumValue;

export interface Element {
  kind: Kind;
  /** Fields and enum values are known by their number, everything else by its full name. */
  key: string;
  /** As people read it. */
  name: string;
  package: string;
  /** The key of what it is part of. */
  parent?: string;
  desc: Described;
}

export type Elements = ReadonlyMap<string, Element>;

const EVENT_OPTION = 'tradewind.mesh.v1.event';

export function elementsOf({ files, registry }: Contracts): Elements {
  const found = new Map<string, Element>();
  const eventOption = registry.getExtension(EVENT_OPTION);
  const isEvent = ({ proto }: DescMessage) =>
    proto.options?.$unknown?.some(({ no }) => no === eventOption?.number) ?? false;
  const add = (pkg: string, element: Omit<Element, 'package'>) => found.set(element.key, { ...element, package: pkg });

  function addMessage(pkg: string, desc: DescMessage) {
    const key = desc.typeName;
    add(pkg, { kind: isEvent(desc) ? 'event' : 'message', key, name: key, desc });
    for (const field of desc.fields) {
      add(pkg, {
        ...{ kind: 'field', key: `${key}#${field.number}`, name: `${key}.${field.name}` },
        ...{ parent: key, desc: field },
      });
    }
    for (const nested of desc.nestedMessages) if (!nested.proto.options?.mapEntry) addMessage(pkg, nested);
    for (const nested of desc.nestedEnums) addEnum(pkg, nested);
  }
  function addEnum(pkg: string, desc: DescEnum) {
    const key = desc.typeName;
    add(pkg, { kind: 'enum', key, name: key, desc });
    for (const value of desc.values) {
      add(pkg, {
        ...{ kind: 'enum value', key: `${key}#${value.number}`, name: `${key}.${value.name}` },
        ...{ parent: key, desc: value },
      });
    }
  }
  function addService(pkg: string, desc: DescService) {
    const key = desc.typeName;
    add(pkg, { kind: 'service', key, name: key, desc });
    for (const method of desc.methods) {
      const name = `${key}/${method.name}`;
      add(pkg, { kind: 'RPC', key: name, name, parent: key, desc: method });
    }
  }

  for (const file of files) {
    const pkg = file.proto.package;
    for (const service of file.services) addService(pkg, service);
    for (const message of file.messages) addMessage(pkg, message);
    for (const enumeration of file.enums) addEnum(pkg, enumeration);
  }
  return found;
}

import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { createContext, use } from 'react';

/** The comments of the contracts, by the keys that GetContracts names. */
export const DocsContext = createContext<Readonly<Record<string, string>>>({});

export function useDocs() {
  const docs = use(DocsContext);
  return {
    field: (field: DescField) => docs[`${field.parent.typeName}#${field.number}`] ?? '',
    type: (type: DescMessage | DescEnum) => docs[type.typeName] ?? '',
    value: (type: DescEnum, number: number) => docs[`${type.typeName}#${number}`] ?? '',
  };
}

/** The first sentence of a comment, for lists. */
export function firstSentence(comment: string): string {
  return /^.*?[.](?=\s|$)/s.exec(comment)?.[0] ?? comment;
}

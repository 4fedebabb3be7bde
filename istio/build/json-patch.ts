import type { PatchOperation } from '../generate/file-tree.ts';

/** Changes a document in place as RFC 6902 has it: add, replace, remove. */
export function applyOperations(document: object, operations: readonly PatchOperation[]): void {
  for (const operation of operations) apply(document, operation);
}

type Container = Record<string, unknown>;

function apply(document: object, { op, path, value }: PatchOperation): void {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop();
  if (last === undefined) throw new Error('a patch cannot replace the whole object');
  const parent = keys.reduce<unknown>((at, key) => (at as Container | undefined)?.[key], document);
  if (typeof parent !== 'object' || parent === null) throw new Error(`patch: ${path} has no parent`);
  if (op !== 'add' && !(last in parent)) throw new Error(`patch: there is nothing at ${path} to ${op}`);
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    parent.splice(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [structuredClone(value)]));
  } else if (op === 'remove') {
    delete (parent as Container)[last];
  } else {
    (parent as Container)[last] = structuredClone(value);
  }
}

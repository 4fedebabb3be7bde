import { Code } from '@connectrpc/connect';

/** A status code as gRPC spells it, as in `NOT_FOUND`: the one spelling in metrics, logs and answers. */
export function codeName(code: Code): string {
  return code === Code.Canceled ? 'CANCELLED' : Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

import { rpcNames } from '#chassis/local/topology.ts';
import { Misuse } from './failure.ts';

/**
 * The full name of what is meant by `AuthorizePayment`, `PaymentsService/AuthorizePayment`, `PaymentsService`, `v1.OrdersService` or the full name itself; `*` means every RPC.
 * Throws Misuse when nothing has that name, or several have.
 */
export function findRpc(text: string): string {
  if (text === '*') return text;
  const found = rpcNames.filter((name) => name === text || name.endsWith(`.${text}`) || name.endsWith(`/${text}`));
  const [first, ...others] = found;
  if (first === undefined)
    throw new Misuse(
      `No RPC is called “${text}”. It is such as PaymentsService/AuthorizePayment, PaymentsService or *.`,
    );
  if (others.length > 0) throw new Misuse(`“${text}” may be ${found.join(' or ')}.`);
  return first;
}

import type { DescService } from '@bufbuild/protobuf';
import { services } from '#chassis/local/topology.ts';
import { Misuse } from './failure.ts';

const contracts: readonly DescService[] = services.flatMap((service) => service.contracts);

/** Every name a fault may have: of each contract, and of each of its RPCs. */
const NAMES = contracts.flatMap(({ typeName, methods }) => [
  typeName,
  ...methods.map((method) => `${typeName}/${method.name}`),
]);

/**
 * The full name of what is meant by `AuthorizePayment`, `PaymentsService/AuthorizePayment`, `PaymentsService` or the full name itself; `*` means every RPC.
 * Throws Misuse when nothing has that name, or several have.
 */
export function findRpc(text: string): string {
  if (text === '*') return text;
  const found = NAMES.filter((name) => name === text || name.endsWith(`.${text}`) || name.endsWith(`/${text}`));
  const [first, ...others] = found;
  if (first === undefined)
    throw new Misuse(
      `No RPC is called “${text}”. It is such as PaymentsService/AuthorizePayment, PaymentsService or *.`,
    );
  if (others.length > 0) throw new Misuse(`“${text}” may be ${found.join(' or ')}.`);
  return first;
}

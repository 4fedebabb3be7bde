/** The names that certificates of the mesh give to services: SPIFFE ids in a URI subject alternative name, of the form Istio uses. */

const NAMESPACE = 'tradewind';

/** `spiffe://tradewind.local/ns/tradewind/sa/orders`. */
export function spiffeId(trustDomain: string, service: string): string {
  return `spiffe://${trustDomain}/ns/${NAMESPACE}/sa/${service}`;
}

/**
 * The service that a certificate's alternative names, as Node writes them (`URI:spiffe://…, DNS:localhost`), name within a trust domain. Undefined when they name
 * none, or more than one URI: a SPIFFE certificate has exactly one. Names that Node had to quote could hold what looks like another: they name nobody.
 */
export function serviceNamed(alternativeNames: string | undefined, trustDomain: string): string | undefined {
  if (alternativeNames === undefined || alternativeNames.includes('"')) return undefined;
  const [uri, ...more] = alternativeNames.split(', ').filter((name) => name.startsWith('URI:'));
  const start = `URI:${spiffeId(trustDomain, '')}`;
  if (more.length > 0 || !uri?.startsWith(start)) return undefined;
  const service = uri.slice(start.length);
  return /^[a-z0-9-]+$/.test(service) ? service : undefined;
}

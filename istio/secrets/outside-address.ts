/** Addresses of servers outside the cluster, which no proxy of the mesh encrypts: they must ask for TLS themselves. */

/** The address, when whoever uses it checks the certificate of the server and its name. Throws otherwise, without telling the password. */
export function postgresAddress(variable: string, address: string): string {
  const { searchParams } = parsed(variable, address, /^postgres(ql)?:$/);
  const modes = searchParams.getAll('sslmode');
  // Other names of the same setting, which would win over it.
  if (modes.join() === 'verify-full' && !searchParams.has('ssl')) return address;
  throw new Error(
    `${variable} must say sslmode=verify-full and nothing else of TLS: the server is outside the cluster`,
  );
}

/** The same for the broker, which must itself insist on TLS: the driver takes what it is offered. */
export function natsAddress(variable: string, address: string): string {
  parsed(variable, address, /^tls:$/);
  return address;
}

function parsed(variable: string, address: string, protocol: RegExp): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && protocol.test(url.protocol)) return url;
  const wanted = protocol.test('tls:') ? 'tls://' : 'postgres://';
  throw new Error(`${variable} must be an address that begins with ${wanted}`);
}

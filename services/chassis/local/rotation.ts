import type { Authority } from './authority.ts';

/** A certificate is renewed when this much of its life is over. */
const RENEW_AFTER = 2 / 3;
/** How many times in its life a certificate is looked at. A single timer would stand still while the machine sleeps, and the certificate grows old meanwhile. */
const LOOKS = 30;

/** Certifies services, and again for as long as they run, each time before the last certificate ends. `problem` is told when that fails; it is tried again. */
export function keepCertified(
  authority: Authority,
  services: readonly string[],
  lifeSeconds: number,
  problem: (error: unknown) => void,
): { stop(): void } {
  const certify = () => {
    for (const service of services) authority.certify(service, lifeSeconds);
    return Date.now() + lifeSeconds * 1000 * RENEW_AFTER;
  };
  let due = certify();
  const look = () => {
    if (Date.now() < due) return;
    try {
      due = certify();
    } catch (error) {
      problem(error);
    }
  };
  const timer = setInterval(look, (lifeSeconds * 1000) / LOOKS);
  return { stop: () => clearInterval(timer) };
}

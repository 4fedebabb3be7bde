import { services } from './topology.ts';

/** How many processes each service has; one where nothing is said. */
export type Replicas = Readonly<Record<string, number>>;

/** What was asked for cannot be had. Its message says what can. */
export class BadReplicas extends Error {}

const MOST = 8;
/** It has the one port that the outside knows. */
const SINGLE = 'gateway';

/** Reads `orders=2,inventory=3`. Throws BadReplicas. */
export function readReplicas(text: string): Replicas {
  const replicas: Record<string, number> = {};
  for (const part of text.split(',').map((each) => each.trim())) {
    const { name, count } = /^(?<name>[a-z]+)=(?<count>\d{1,3})$/.exec(part)?.groups ?? {};
    if (name === undefined) throw new BadReplicas(`${JSON.stringify(part)} is not SERVICE=COUNT, such as orders=2.`);
    if (name in replicas) throw new BadReplicas(`${name} is named twice.`);
    replicas[name] = Number(count);
  }
  checkReplicas(replicas);
  return replicas;
}

/** Throws BadReplicas when a service is not known or cannot have so many processes. */
export function checkReplicas(replicas: Replicas): void {
  const several = services.map(({ name }) => name).filter((name) => name !== SINGLE);
  for (const [name, count] of Object.entries(replicas)) {
    if (name === SINGLE && count !== 1)
      throw new BadReplicas(
        `The gateway has one port and runs once; these can run several times: ${several.join(', ')}.`,
      );
    if (name !== SINGLE && !several.includes(name))
      throw new BadReplicas(`There is no service ${name}; these can run several times: ${several.join(', ')}.`);
    if (!Number.isInteger(count) || count < 1 || count > MOST)
      throw new BadReplicas(`${name} can run 1 to ${MOST} times, not ${count}.`);
  }
}

/** Finds in the code which service consumes which event: every `on(SomethingSchema, …)` of a service is one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './image.ts';

export interface Consumption {
  /** The event's full proto name. */
  event: string;
  service: string;
  /** From the service's folder, such as `events/on-shipment.ts`. */
  file: string;
  /** What reacts is in files named `on-…`; every other file with subscriptions builds a read model, and has its name. */
  readModel?: string;
}

export const consumptions: readonly Consumption[] = readdirSync(join(root, 'services'))
  .filter((service) => service !== 'chassis' && !service.includes('.'))
  .flatMap((service) => consumptionsOf(service));

function consumptionsOf(service: string): Consumption[] {
  const home = join(root, 'services', service);
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.test|\.fixture|\.laws)\.ts$/.test(file) && !file.startsWith('testing/'))
    .sort()
    .flatMap((file) => {
      const stem = file.replace(/^.*\/|\.ts$/g, '');
      const readModel = stem.startsWith('on-') ? {} : { readModel: `${service}/${stem}` };
      return eventsIn(readFileSync(join(home, file), 'utf8')).map((event) => ({ event, service, file, ...readModel }));
    });
}

/** The package of an event is the folder its generated schema is imported from. */
function eventsIn(code: string): string[] {
  const subscribed = new Set([...code.matchAll(/\bon\(\s*(\w+)Schema\s*,/g)].map(([, name]) => name));
  const imports = code.matchAll(/\bimport\s*(?:type\s*)?\{([^}]*)\}\s*from\s*'#gen\/([^']+)\/[^/']+_pb\.ts'/g);
  return [...imports].flatMap(([, list = '', folder = '']) =>
    [...list.matchAll(/\b(\w+)Schema\b/g)]
      .filter(([, name]) => subscribed.has(name))
      .map(([, name]) => `${folder.replaceAll('/', '.')}.${name}`),
  );
}

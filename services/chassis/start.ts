import './quick-imports.ts';
import type { ConfigShape, ServiceDefinition } from './service.ts';

/** Runs the service that `load` imports until it is told to stop; see {@link file://./service.ts}. It is imported here, after what makes imports quick. */
export async function start<S extends ConfigShape>(load: () => Promise<ServiceDefinition<S>>): Promise<void> {
  const [{ runService }, definition] = await Promise.all([import('./service.ts'), load()]);
  await runService(definition);
}

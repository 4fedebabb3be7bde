import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Container } from './compose.ts';

/** The variables a container has: those in the compose file, and those of its files of secrets, which lie in `secrets`. */
export function environmentOf(container: Container, secrets: string): Record<string, string | undefined> {
  const files = (container.env_file ?? []).map((file) => join(secrets, basename(file)));
  const held = files.filter((file) => existsSync(file)).map((file) => parseEnv(readFileSync(file, 'utf8')));
  return Object.assign({}, ...held, container.environment);
}

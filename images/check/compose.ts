import { parse } from 'yaml';

/** A service of a compose file, as far as the rules look at it. See the Compose Specification. */
export interface Container {
  image?: string;
  build?: string;
  command?: string[];
  user?: string;
  read_only?: boolean;
  privileged?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  environment?: Record<string, string>;
  env_file?: string[];
  ports?: string[];
  volumes?: string[];
  healthcheck?: object;
  network_mode?: string;
  networks?: string[];
  depends_on?: Record<string, { condition: string }>;
}

export interface Compose {
  services: Record<string, Container>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
}

/** Reads a compose file, its anchors and merges resolved. */
export function composeOf(text: string): Compose {
  const read: Partial<Compose> | null = parse(text, { merge: true });
  return { services: read?.services ?? {}, networks: read?.networks ?? {}, volumes: read?.volumes ?? {} };
}

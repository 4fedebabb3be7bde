/** What every command starts from: the mesh of a data folder, clients of it, and a way to print. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type MeshRecord, runningMesh } from '#chassis/local/mesh-file.ts';
import { Misuse } from './failure.ts';
import { type MeshClient, meshClient } from './mesh-client.ts';

/** Where a mesh keeps its data unless told otherwise. */
export const defaultDirectory = join(fileURLToPath(new URL('..', import.meta.url)), '.tradewind');

export interface Context {
  directory: string;
  json: boolean;
  /** The mesh that runs on the data folder. Throws Misuse when none does. */
  mesh(): MeshRecord;
  /** Calls the mesh through its gateway, signed in as nobody. */
  guest(): MeshClient;
  /** Signed in as the operator of the local mesh. */
  operator(): Promise<MeshClient>;
  /** Prints `value` as JSON when asked to, else `text`. */
  print(value: unknown, text: string | (() => string)): void;
}

export function contextOf(command: Command): Context {
  const { data, json = false } = command.optsWithGlobals<{ data: string; json?: boolean }>();
  const mesh = () => {
    const running = runningMesh(data);
    if (running) return running;
    throw new Misuse(`No mesh runs on ${data}. Start one with \`npm start\`.`);
  };
  const guest = () => meshClient(mesh().gatewayUrl);
  return {
    directory: data,
    json,
    mesh,
    guest,
    operator: () => guest().signedIn(mesh().operator),
    print(value, text) {
      console.log(json ? JSON.stringify(value, plain, 2) : typeof text === 'string' ? text : text());
    },
  };
}

/** JSON knows no big integers: they become strings, as in protobuf's JSON. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

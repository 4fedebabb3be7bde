/** Reads from the code which RPCs a service calls: of whom it takes a client, and which methods of such clients it calls. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { nameOf, rpcServices } from '../../test/architecture/contracts.ts';
import { root } from '../../test/architecture/sources.ts';

/** What one file says of clients. */
export interface Clients {
  /** Contracts it takes a client of. */
  taken: DescService[];
  /** Ways to reach other services that say nothing of a contract, as they are written. */
  unknown: string[];
  /** RPCs it calls by a client that it names the type of. */
  calls: string[];
}

/** The same of all files of a service, tests left out. */
export function clientsOf(service: string): Clients {
  const home = join(root, 'services', service);
  const all = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.test|\.fixture|\.laws)\.ts$/.test(file) && !file.includes('testing/'))
    .map((file) => clientsIn(readFileSync(join(home, file), 'utf8')));
  return {
    taken: all.flatMap(({ taken }) => taken),
    unknown: all.flatMap(({ unknown }) => unknown),
    calls: all.flatMap(({ calls }) => calls),
  };
}

const TAKEN = /\b(?:client|create\w*Client|transport|create\w+Transport)\(\s*([\w.]*)[^)]*\)/g;

export function clientsIn(code: string): Clients {
  const imported = contractsImported(code);
  const ways = [...code.matchAll(TAKEN)].map(([way, name = '']) => ({ way, contract: imported.get(name) }));
  const called = [...imported].filter(([name]) => new RegExp(`\\bClient<typeof ${name}>`).test(code));
  return {
    taken: ways.flatMap(({ contract }) => contract ?? []),
    unknown: ways.filter(({ contract }) => !contract).map(({ way }) => way),
    calls: called
      .flatMap(([, { methods }]) => methods)
      .filter(({ localName }) => new RegExp(`\\.${localName}\\(`).test(code))
      .map(nameOf),
  };
}

/** The contracts a file imports, by the names they have in it. */
function contractsImported(code: string): Map<string, DescService> {
  const imports = code.matchAll(/\{\s*([^{}]*?),?\s*\} from '#gen\/(tradewind\/\w+\/v\d+)\/\w+_service_pb\.ts'/g);
  const named = [...imports].flatMap(([, names = '', folder = '']) =>
    names.split(/,\s*/).flatMap((each): [string, DescService][] => {
      const [name, local = name] = each.replace(/^type /, '').split(' as ');
      const contract = rpcServices.find(
        (service) => service.name === name && service.file.name.startsWith(`${folder}/`),
      );
      return contract && local ? [[local, contract]] : [];
    }),
  );
  return new Map(named);
}

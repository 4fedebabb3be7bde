/** Asks buf which changes of shape break what, and tells for each of its answers which element is meant. */
import { buf, type Contracts, root, run } from './image.ts';

export type Break = 'wire' | 'JSON' | 'source' | 'behaviour';

export interface BufFinding {
  /** As in `elementsOf`; a file's path when a file is meant. */
  key: string;
  rule: string;
  says: string;
  breaks: Break[];
}

/** Repeating less than was promised breaks callers, repeating more does not: that is judged with the policy. */
const config = {
  version: 'v2',
  breaking: { use: ['FILE', 'WIRE_JSON', 'WIRE'], except: ['RPC_SAME_IDEMPOTENCY_LEVEL'] },
};

const BREAKS_OF: Record<string, Break> = { WIRE: 'wire', WIRE_JSON: 'JSON', FILE: 'source' };

export async function bufBreaking(before: Contracts, after: Contracts): Promise<BufFinding[]> {
  const command = ['breaking', after.image, '--against', before.image, '--exclude-imports', '--error-format', 'json'];
  const [rules, output] = await Promise.all([
    rulesByName(),
    run(buf, [...command, '--config', JSON.stringify(config)], { cwd: root }).then(() => '', foundIn),
  ]);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { path = '', type, message }: { path?: string; type: string; message: string } = JSON.parse(line);
      const breaks = (rules.get(type) ?? []).flatMap((category) => BREAKS_OF[category] ?? []);
      return { key: keyOf(path, message), rule: type, says: wordsOf(message), breaks };
    });
}

/** buf ends with 100 when it found something, and with another code when it could not look. */
function foundIn(failure: { code?: unknown; stdout?: string; stderr?: string }): string {
  if (failure.code === 100) return failure.stdout ?? '';
  throw new Error(`buf cannot compare the contracts: ${failure.stderr ?? String(failure)}`);
}

let known: Promise<Map<string, string[]>> | undefined;
function rulesByName(): Promise<Map<string, string[]>> {
  known ??= run(buf, ['config', 'ls-breaking-rules', '--version', 'v2', '--format', 'json'], { cwd: root }).then(
    ({ stdout }) =>
      new Map(
        stdout
          .trim()
          .split('\n')
          .map((line) => {
            const { id, categories }: { id: string; categories: string[] } = JSON.parse(line);
            return [id, categories];
          }),
      ),
  );
  return known;
}

/** A contract's folder is its package; buf names what is below it. */
function keyOf(path: string, message: string): string {
  const pkg = path.split('/').slice(0, -1).join('.');
  const of = (pattern: RegExp) => pattern.exec(message)?.slice(1);
  const [number, owner] = of(/(?:field|enum value) "(\d+)".*? on (?:message|enum) "([^"]+)"/i) ?? [];
  if (number) return `${pkg}.${owner}#${number}`;
  const [rpc, service] = of(/RPC "([^"]+)" on service "([^"]+)"/) ?? [];
  if (rpc) return `${pkg}.${service}/${rpc}`;
  const [name] = of(/(?:message|enum|service|extension) "([^"]+)"/i) ?? [];
  return name ? `${pkg}.${name}` : (of(/file "([^"]+)"/)?.[0] ?? path);
}

/** Without the subject, which is told by its full name, and without links. What is said of a part we have no name for stays as it is. */
function wordsOf(message: string): string {
  const sentence = message.replace(/ See https?:.*$/, '').replace(/\.$/, '');
  if (!/^(?:Previously present )?(?:field|enum value|RPC|message|enum|service) "/i.test(sentence))
    return `is changed: ${sentence}`;
  return sentence
    .replace(/^.*? on (?:message|enum|service) "[^"]+" /, '')
    .replace(/^(?:Previously present )?\w+ ".*?" /, '')
    .replace('was deleted', 'was removed');
}

/** Understands a question of who may call what, and answers it in words and as the status of a process. */
import { parseArgs } from 'node:util';
import { EXTERNAL, readMesh } from '../generate/mesh.ts';
import { environmentNames, readTopology } from '../generate/topology.ts';
import { buildOverlay } from '../manifests.ts';
import { callerOf, outsider } from './callers.ts';
import { clusterOf } from './cluster.ts';
import { type Answer, mayCall } from './may-call.ts';

const USAGE = `Usage: node istio/policy/main.ts CALLER RPC [--overlay ${environmentNames.join('|')}]`;

class BadQuestion extends Error {}

function judged(parameters: string[]): { question: string; answer: Answer } {
  const { values, positionals } = parse(parameters);
  const [caller, rpc, ...rest] = positionals;
  if (caller === undefined || rpc === undefined || rest.length > 0) throw new BadQuestion(USAGE);
  const overlay = environmentNames.find((name) => name === values.overlay);
  if (overlay === undefined)
    throw new BadQuestion(`There is no overlay ${values.overlay}: there are ${environmentNames.join(', ')}.`);
  const [mesh, topology] = [readMesh(), readTopology()];
  const names = [...mesh.map(({ name }) => name), EXTERNAL];
  if (!names.includes(caller)) throw new BadQuestion(`There is no caller ${caller}: there are ${names.join(', ')}.`);
  const path = `/${rpc.replace(/^\//, '')}`;
  const callee = mesh.find(({ rpcs }) => rpcs.some((each) => each.path === path));
  if (callee === undefined)
    throw new BadQuestion(
      noSuchRpc(
        rpc,
        mesh.flatMap(({ rpcs }) => rpcs.map((each) => each.path)),
      ),
    );
  const cluster = clusterOf(buildOverlay(overlay));
  const from = caller === EXTERNAL ? outsider(topology) : callerOf(cluster, caller, topology);
  const answer = mayCall(cluster, { caller: from, callee: callee.name, path, clusterDomain: topology.clusterDomain });
  return { question: `May ${caller} call ${path.slice(1)} in ${overlay}?`, answer };
}

function parse(parameters: string[]) {
  try {
    return parseArgs({
      args: parameters,
      allowPositionals: true,
      options: { overlay: { type: 'string', default: 'production' } },
    });
  } catch (error) {
    throw new BadQuestion(`${(error as Error).message}\n${USAGE}`);
  }
}

/** Names the RPCs that end the same, else those of the same contract. */
function noSuchRpc(rpc: string, paths: readonly string[]): string {
  const method = rpc.split('/').at(-1) ?? rpc;
  const contract = rpc.split('/').at(-2);
  const same = paths.filter((path) => path.toLowerCase().endsWith(`/${method.toLowerCase()}`));
  const near = same.length > 0 ? same : paths.filter((path) => contract && path.startsWith(`/${contract}/`));
  const hint =
    near.length > 0
      ? `Did you mean one of\n  ${near.map((path) => path.slice(1)).join('\n  ')}`
      : 'Names are as in tradewind.orders.v1.OrdersService/PlaceOrder.';
  return `There is no RPC ${rpc}. ${hint}`;
}

/** `status` is 0 for yes, 1 for no, and 2 for a question that makes no sense. */
export function answerTo(parameters: string[]): { status: 0 | 1 | 2; told: string } {
  try {
    const { question, answer } = judged(parameters);
    const lines = answer.gates.map(
      ({ gate, allowed, by, why }) => `  ${gate.padEnd(14)} ${allowed ? 'yes' : 'no '}  ${by}: ${why}`,
    );
    const told = `${question} ${answer.allowed ? 'Yes' : 'No'}, says ${answer.by}.\n${lines.join('\n')}\n`;
    return { status: answer.allowed ? 0 : 1, told };
  } catch (error) {
    if (!(error instanceof BadQuestion)) throw error;
    return { status: 2, told: `${error.message}\n` };
  }
}

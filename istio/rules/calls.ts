/** Requests that are tried out on every pod, and whether the contracts allow them. */
import { EXTERNAL, type MeshService } from '../generate/mesh.ts';
import { principalOf, rpcPortOf } from '../generate/names.ts';
import type { Request } from '../policy/authorization.ts';
import { matchesPath } from '../policy/text-match.ts';
import type { Subject } from './rule.ts';

export interface Asker {
  readonly name: string;
  readonly principal: string | undefined;
}

/** Everybody who may call something, and some who only look like them. */
export function askersOf({ mesh, topology }: Subject): Asker[] {
  const { namespace, platform } = topology;
  const account = (name: string, place: string, domain = topology.trustDomain) =>
    principalOf(name, place, { ...topology, trustDomain: domain });
  return [
    ...mesh.map(({ name }) => ({ name, principal: account(name, namespace) })),
    { name: EXTERNAL, principal: account(platform.ingress.serviceAccount, platform.ingress.namespace) },
    { name: 'an account of the namespace', principal: account('default', namespace) },
    { name: 'an account whose name goes on', principal: account('orders-admin', namespace) },
    { name: 'orders of another namespace', principal: account('orders', 'default') },
    { name: 'orders of another mesh', principal: account('orders', namespace, 'elsewhere.example') },
    { name: 'somebody without a certificate', principal: undefined },
  ];
}

export interface Trial {
  readonly said: string;
  readonly request: Request;
  readonly expected: boolean;
}

/** What somebody tries on a service: its RPCs, those of others, its other pages, by method and port. */
export function trialsOf(node: MeshService, asker: Asker, { mesh, topology }: Subject): Trial[] {
  const port = rpcPortOf(node, topology);
  const { http } = topology.ports;
  const trial = (method: string, path: string, asked: number): Trial => ({
    said: `${method} ${path} on ${asked}`,
    request: { principal: asker.principal, port: asked, http: { method, path } },
    expected: expected(node, asker.name, { method, path, port: asked }, { mesh, topology }),
  });
  const foreign = mesh.flatMap(({ name, rpcs }) => (name === node.name ? [] : rpcs.slice(0, 1)));
  const contracts = new Set(node.rpcs.map(({ path }) => path.replace(/[^/]+$/, '')));
  return [
    ...[...contracts].map((contract) => trial('POST', `${contract}Nothing`, port)),
    ...node.rpcs.flatMap(({ path }) => [
      trial('POST', path, port),
      trial('GET', path, port),
      trial('POST', path, http),
    ]),
    ...[...foreign.map(({ path }) => path), ...PROBED].flatMap((path) => [
      trial('POST', path, port),
      trial('GET', path, http),
    ]),
    trial('GET', topology.jwt.jwksPath, http),
    trial('POST', topology.jwt.jwksPath, http),
    ...['/oauth2/token', '/oauth2', '/.well-known/openid-configuration'].map((path) => trial('POST', path, http)),
  ];
}

const PROBED = [
  '/',
  '/metrics',
  '/health/ready',
  '/health/live',
  '/tradewind.v1.Nothing/Nothing',
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
];

interface Place {
  readonly method: string;
  readonly path: string;
  readonly port: number;
}

function expected(
  node: MeshService,
  asker: string,
  { method, path, port }: Place,
  { mesh, topology }: Pick<Subject, 'mesh' | 'topology'>,
): boolean {
  const { ports, jwt, edge, signIn } = topology;
  const isCall = method === 'POST' && port === rpcPortOf(node, topology);
  if (isCall && node.rpcs.some((rpc) => rpc.path === path && rpc.callers.includes(asker))) return true;
  if (node.name === 'identity' && port === ports.http && method === 'GET' && path === jwt.jwksPath)
    return mesh.some(({ name }) => name === asker && name !== 'identity');
  if (node.name === 'identity' && port === ports.http && matchesPath(path, signIn.paths) && /^(GET|POST)$/.test(method))
    return mesh.some(({ name, edge: isEdge }) => name === asker && isEdge);
  if (!node.edge || asker !== EXTERNAL || port !== ports.http) return false;
  const exposed = mesh.flatMap(({ rpcs }) => rpcs.filter((rpc) => rpc.exposed).map((rpc) => rpc.path));
  return matchesPath(path, [...edge.paths, ...exposed]);
}

import { describe, expect, test } from 'vitest';
import type { Kinds } from '../policy/kinds.ts';
import { authorizationEdges } from './authorization-edges.ts';
import { afterAdding, afterChange, afterRemoving, dev } from './broken.fixture.ts';
import { edge } from './edge.ts';
import { mutualTls } from './mutual-tls.ts';
import { networkEdges } from './network-edges.ts';
import { subjectOf } from './rule.ts';
import { type Finding, findingsIn } from './rules.ts';
import { scopes } from './scopes.ts';
import { tokens } from './tokens.ts';

const told = (found: readonly Finding[]) =>
  found.map(({ manifest, path, message }) => `${manifest} ${path}: ${message}`);

describe('authorization-edges', () => {
  const payments = 'AuthorizationPolicy tradewind/payments';
  const authorize = ({ spec }: Kinds['AuthorizationPolicy']) => {
    const rule = spec?.rules?.find(({ to }) =>
      to?.some(({ operation }) => operation?.paths?.some((path) => path.endsWith('/AuthorizePayment'))),
    );
    if (rule === undefined) throw new Error('no rule for AuthorizePayment');
    return rule;
  };
  const permitting = (change: (rule: ReturnType<typeof authorize>) => void) =>
    afterChange(authorizationEdges, 'AuthorizationPolicy', 'payments', (policy) => change(authorize(policy)));

  test('finds a caller that no contract names', async () => {
    const found = await permitting(({ from }) =>
      from?.[0]?.source?.principals?.push('cluster.local/ns/tradewind/sa/catalog'),
    );
    expect(found).toEqual([
      {
        rule: 'authorization-edges',
        manifest: payments,
        path: 'spec.rules',
        message:
          'catalog may POST /tradewind.payments.v1.PaymentsService/AuthorizePayment on 9090 of payments, and no contract says so',
      },
    ]);
  });

  test('misses a caller that a contract names', async () => {
    const found = await permitting(({ from }) =>
      Object.assign(from?.[0]?.source ?? {}, { principals: ['cluster.local/ns/tradewind/sa/order'] }),
    );
    expect(told(found)).toEqual([
      expect.stringMatching(
        /tradewind\/payments spec\.rules: orders may not POST .*AuthorizePayment on 9090 of payments, and its contract says it may$/,
      ),
    ]);
  });

  test.each([
    [
      'a principal that ends with a star',
      ['cluster.local/ns/tradewind/sa/orders*'],
      'an account whose name goes on may POST',
    ],
    ['a principal that begins with one', ['*/sa/orders'], 'orders of another namespace may POST'],
    ['any principal', ['*'], 'external may POST'],
  ])('finds %s', async (_, principals, message) => {
    const found = await permitting(({ from }) => Object.assign(from?.[0]?.source ?? {}, { principals }));
    expect(told(found)).toContainEqual(expect.stringContaining(message));
  });

  test('finds a rule that is about more than its RPC', async () => {
    const found = await permitting(({ to }) =>
      Object.assign(to?.[0]?.operation ?? {}, { paths: ['/tradewind.payments.v1.PaymentsService/*'] }),
    );
    expect(told(found)).toContainEqual(
      expect.stringMatching(/^AuthorizationPolicy tradewind\/payments .* orders may POST/),
    );
    const anyPort = await permitting(({ to }) => delete to?.[0]?.operation?.ports);
    expect(told(anyPort)).toContainEqual(
      expect.stringContaining('orders may POST /tradewind.payments.v1.PaymentsService/AuthorizePayment on 8080'),
    );
  });

  test('finds a policy that lets everybody in when it is gone, and nobody when it denies', async () => {
    const gone = await afterRemoving(authorizationEdges, 'AuthorizationPolicy', 'payments');
    expect(told(gone)).toContainEqual(expect.stringContaining('orders may not POST'));
    const spec = { action: 'DENY', rules: [{ from: [{ source: { namespaces: ['tradewind'] } }] }] };
    const metadata = { name: 'closed', namespace: 'tradewind' };
    const denied = await afterAdding(authorizationEdges, {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata,
      spec,
    });
    expect(told(denied)).toContainEqual(
      expect.stringContaining('AuthorizationPolicy tradewind/closed spec.rules: orders may not POST'),
    );
  });

  test('finds a caller of the database who owns none, and an owner who is left out', async () => {
    const change =
      (principals: (old: string[]) => string[]) =>
      ({ spec }: Kinds['AuthorizationPolicy']) => {
        const source = spec?.rules?.[0]?.from?.[0]?.source;
        Object.assign(source ?? {}, { principals: principals(source?.principals ?? []) });
      };
    const more = await afterChange(
      authorizationEdges,
      'AuthorizationPolicy',
      'postgres',
      change((old) => [...old, 'cluster.local/ns/tradewind/sa/gateway']),
      dev,
    );
    expect(told(more)).toEqual([
      expect.stringContaining(
        'AuthorizationPolicy tradewind/postgres spec.rules: gateway may connect on 5432 of postgres',
      ),
    ]);
    const fewer = await afterChange(
      authorizationEdges,
      'AuthorizationPolicy',
      'nats',
      change((old) => old.filter((each) => !each.endsWith('/orders'))),
      dev,
    );
    expect(told(fewer)).toEqual([expect.stringContaining('orders may not connect on 4222 of nats')]);
  });
});

describe('network-edges', () => {
  const ingress = (
    name: string,
    change: (rules: NonNullable<NonNullable<Kinds['NetworkPolicy']['spec']>['ingress']>) => void,
    built = dev,
  ) => afterChange(networkEdges, 'NetworkPolicy', name, ({ spec }) => change(spec?.ingress ?? []), built);
  const egress = (
    name: string,
    change: (rules: NonNullable<NonNullable<Kinds['NetworkPolicy']['spec']>['egress']>) => void,
    built = dev,
  ) => afterChange(networkEdges, 'NetworkPolicy', name, ({ spec }) => change(spec?.egress ?? []), built);

  test('finds a way in for a service that no contract names', async () => {
    const found = await ingress('payments', ([first]) =>
      first?.from?.push({ podSelector: { matchLabels: { app: 'catalog' } } }),
    );
    expect(found).toEqual([
      {
        rule: 'network-edges',
        manifest: 'NetworkPolicy tradewind/payments',
        path: 'spec.ingress',
        message: 'catalog → payments TCP 9090 may pass, and nothing asks for it',
      },
    ]);
  });

  test('misses a way in and a way out of a call', async () => {
    const inwards = await ingress('shipping', (rules) => rules.splice(0));
    expect(told(inwards)).toContainEqual(
      expect.stringMatching(
        /spec\.ingress: .*orders → shipping TCP 9090.* cannot pass, and it is needed: allowed_callers$/,
      ),
    );
    const outwards = await egress('orders', ([first]) => first?.to?.pop());
    expect(told(outwards)).toEqual([
      expect.stringMatching(/spec\.egress: orders → \w+ TCP 9090 cannot pass, and it is needed: allowed_callers$/),
    ]);
  });

  test.each([
    ['the broker', 'orders-outside', 4222, 'orders → nats TCP 4222 cannot pass, and it is needed: the broker'],
    ['its database', 'orders-outside', 5432, 'orders → postgres TCP 5432 cannot pass, and it is needed: its database'],
    ['traces', 'orders', 4318, 'orders → otlp TCP 4318 cannot pass, and it is needed: traces'],
    [
      'the provider',
      'payments-outside',
      443,
      'payments → egress TCP 443 cannot pass, and it is needed: the payment provider',
    ],
    ['mails', 'notifications-outside', 1025, 'notifications → mail TCP 1025 cannot pass, and it is needed: mails'],
    [
      'istiod',
      'platform',
      15_012,
      'orders → istiod TCP 15012 cannot pass, and it is needed: certificates and configuration',
    ],
  ])('misses the way to %s', async (_, name, port, message) => {
    const without = (rules: { ports?: { port?: number | string }[] }[]) => {
      const at = rules.findIndex(({ ports }) => ports?.some((each) => each.port === port));
      rules.splice(at, 1);
    };
    expect(told(await egress(name, without))).toContainEqual(expect.stringContaining(message));
  });

  test('wants names by UDP and by TCP', async () => {
    for (const protocol of ['UDP', 'TCP'] as const) {
      const found = await egress('platform', ([dns]) =>
        Object.assign(dns ?? {}, { ports: dns?.ports?.filter((each) => each.protocol !== protocol) }),
      );
      expect(told(found)).toContainEqual(
        expect.stringContaining(`orders → dns ${protocol} 53 cannot pass, and it is needed: names`),
      );
    }
  });

  test('finds a way out to everywhere', async () => {
    const found = await egress('catalog', (rules) => rules.push({}));
    expect(told(found)).toContainEqual(
      expect.stringMatching(/^NetworkPolicy tradewind\/catalog spec\.egress: .* may pass, and nothing asks for it$/),
    );
    const internet = await egress('payments-outside', (rules) =>
      rules.push({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }),
    );
    expect(told(internet)).toContainEqual(expect.stringContaining('payments → the internet TCP 443'));
  });

  test('finds a stranger in another namespace who has our labels', async () => {
    const found = await ingress('payments', ([first]) =>
      first?.from?.push({ namespaceSelector: {}, podSelector: { matchLabels: { app: 'orders' } } }),
    );
    expect(told(found)).toEqual([expect.stringContaining('orders of another namespace → payments TCP 9090 may pass')]);
  });

  test('finds that everything is open when what denies all is gone', async () => {
    const found = await afterChange(
      networkEdges,
      'NetworkPolicy',
      'deny-all',
      (policy) => Object.assign(policy.spec ?? {}, { ingress: [{}] }),
      dev,
    );
    expect(told(found)).toContainEqual(expect.stringContaining('NetworkPolicy tradewind/deny-all spec.ingress'));
  });
});

test('scopes finds a pod that may reach what it does not name', async () => {
  const anywhere = await afterChange(scopes, 'Sidecar', 'orders', ({ spec }) =>
    Object.assign(spec?.outboundTrafficPolicy ?? {}, { mode: 'ALLOW_ANY' }),
  );
  expect(told(anywhere)).toEqual([
    'Sidecar tradewind/orders spec.outboundTrafficPolicy.mode: it is ALLOW_ANY: unknown hosts can be reached',
  ]);
  const all = await afterChange(scopes, 'Sidecar', 'orders', ({ spec }) => spec?.egress?.[0]?.hosts.push('./*'));
  expect(told(all)).toEqual(['Sidecar tradewind/orders spec.egress[0].hosts: ./* is more than one host']);
});

describe('mutual-tls', () => {
  const mode = (change: object) =>
    afterChange(mutualTls, 'PeerAuthentication', 'default', ({ spec }) => Object.assign(spec ?? {}, change), dev);

  test.each(['PERMISSIVE', 'DISABLE', 'UNSET'] as const)('finds %s', async (loose) => {
    expect(told(await mode({ mtls: { mode: loose } }))).toContainEqual(
      `PeerAuthentication tradewind/default spec.mtls.mode: it is ${loose}, not STRICT`,
    );
  });

  test('finds a port that is left out', async () => {
    expect(told(await mode({ portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }))).toEqual([
      'PeerAuthentication tradewind/default spec.portLevelMtls.9090.mode: it is PERMISSIVE, not STRICT',
    ]);
  });

  test('finds a cluster that says nothing, and an environment that says it in its place', async () => {
    const said = subjectOf('changed', dev);
    expect(told(await findingsIn({ ...said, platform: [] }, [mutualTls]))).toEqual([
      'PeerAuthentication istio-system/default spec.mtls.mode: nothing says STRICT for all pods of istio-system',
    ]);
    expect(told(await findingsIn({ ...said, manifests: [...dev, ...said.platform] }, [mutualTls]))).toEqual([
      'PeerAuthentication istio-system/default metadata.namespace: an environment owns what holds for the whole cluster',
    ]);
  });

  test('finds that nothing says STRICT', async () => {
    const found = await afterRemoving(mutualTls, 'PeerAuthentication', 'default');
    expect(told(found)).toContainEqual(
      'PeerAuthentication tradewind/default spec.mtls.mode: nothing says STRICT for all pods of tradewind',
    );
  });

  test('finds callers that bring no certificate, of a port or a subset too', async () => {
    const rule = (change: (spec: NonNullable<Kinds['DestinationRule']['spec']>) => void) =>
      afterChange(mutualTls, 'DestinationRule', 'payments', ({ spec }) => change(spec ?? { host: '' }));
    const off = { tls: { mode: 'DISABLE' as const } };
    expect(told(await rule((spec) => Object.assign(spec.trafficPolicy ?? {}, off)))).toEqual([
      'DestinationRule tradewind/payments spec.trafficPolicy.tls.mode: callers of payments.tradewind.svc.cluster.local use DISABLE, not ISTIO_MUTUAL',
    ]);
    const port = { portLevelSettings: [{ port: { number: 9090 }, ...off }] };
    expect(await rule((spec) => Object.assign(spec.trafficPolicy ?? {}, port))).toEqual([
      expect.objectContaining({ path: 'spec.trafficPolicy.portLevelSettings[0].tls.mode' }),
    ]);
    expect(await rule((spec) => Object.assign(spec.subsets?.[0] ?? {}, { trafficPolicy: off }))).toEqual([
      expect.objectContaining({ path: 'spec.subsets[0].trafficPolicy.tls.mode' }),
    ]);
  });

  test('finds a pod without a proxy, and a port that passes by it', async () => {
    const pods = (annotations: object) =>
      afterChange(mutualTls, 'Deployment', 'payments', ({ spec }) =>
        Object.assign(spec?.template.metadata?.annotations ?? {}, annotations),
      );
    expect(told(await pods({ 'sidecar.istio.io/inject': 'false' }))).toEqual([
      'Deployment tradewind/payments spec.template.metadata: the pod refuses a proxy',
    ]);
    expect(told(await pods({ 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' }))).toEqual([
      expect.stringContaining('traffic passes by the proxy'),
    ]);
    const namespace = await afterChange(mutualTls, 'Namespace', 'tradewind', ({ metadata }) =>
      Object.assign(metadata ?? {}, { labels: {} }),
    );
    expect(told(namespace)).toContainEqual(expect.stringContaining('pods of tradewind get no proxy'));
  });
});

describe('edge', () => {
  const server = (index: number, change: object) =>
    afterChange(edge, 'Gateway', 'tradewind-edge', ({ spec }) => Object.assign(spec?.servers?.[index] ?? {}, change));

  test('finds plain HTTP that is answered', async () => {
    expect(told(await server(1, { tls: {} }))).toEqual([
      'Gateway istio-ingress/tradewind-edge spec.servers[1].tls.httpsRedirect: plain HTTP is answered',
    ]);
  });

  test('finds TLS without a certificate, of an old version, or that passes through', async () => {
    expect(told(await server(0, { tls: { mode: 'SIMPLE', minProtocolVersion: 'TLSV1_2' } }))).toEqual([
      expect.stringContaining('tls.credentialName: there is no certificate'),
    ]);
    expect(
      told(await server(0, { tls: { mode: 'SIMPLE', credentialName: 'x', minProtocolVersion: 'TLSV1_0' } })),
    ).toEqual([expect.stringContaining('tls.minProtocolVersion')]);
    expect(
      told(await server(0, { tls: { mode: 'PASSTHROUGH', credentialName: 'x', minProtocolVersion: 'TLSV1_2' } })),
    ).toEqual([expect.stringContaining('tls.mode: it is PASSTHROUGH')]);
  });

  test('finds a door for every host, and a host without a door', async () => {
    expect(told(await server(0, { hosts: ['*'] }))).toEqual([
      expect.stringContaining('spec.servers[0].hosts: it answers for every host'),
      expect.stringContaining('no server of api.tradewind.example for HTTPS'),
    ]);
  });
});

describe('tokens', () => {
  const rule = (change: object) =>
    afterChange(tokens, 'RequestAuthentication', 'orders', ({ spec }) =>
      Object.assign(spec?.jwtRules?.[0] ?? {}, change),
    );

  test('finds that nothing checks them', async () => {
    expect(told(await afterRemoving(tokens, 'RequestAuthentication', 'orders'))).toEqual([
      'RequestAuthentication tradewind/* spec.selector: nothing checks the tokens that orders is given',
    ]);
  });

  test.each([
    ['the ingress', 'istio-ingress', { istio: 'ingress' }],
    ['gateway', 'tradewind', { app: 'gateway' }],
    ['identity', 'tradewind', { app: 'identity' }],
    ['gateway', 'istio-system', { app: 'gateway' }],
  ])(
    'finds one at %s, which would refuse an expired token before the gateway can answer',
    async (name, namespace, matchLabels) => {
      const check = { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication' };
      const found = await afterAdding(tokens, {
        ...check,
        metadata: { name: 'early', namespace },
        spec: { selector: { matchLabels } },
      });
      expect(told(found)).toEqual([
        `RequestAuthentication ${namespace}/early spec.selector: at ${name} it refuses what an expired token may ask for, and credentials that are no tokens`,
      ]);
    },
  );

  test.each([
    ['issuer', 'somebody', 'somebody is not https://'],
    ['audiences', undefined, 'tokens for anybody are taken'],
    ['jwksUri', 'https://elsewhere.example/keys', 'https://elsewhere.example/keys is not http://identity'],
    ['forwardOriginalToken', false, 'the service would not get the token'],
  ])('finds a wrong %s', async (field, value, message) => {
    expect(told(await rule({ [field]: value }))).toEqual([
      expect.stringContaining(`spec.jwtRules[0].${field}: ${message}`),
    ]);
  });
});

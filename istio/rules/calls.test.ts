import { describe, expect, test } from 'vitest';
import type { Kinds } from '../policy/kinds.ts';
import { afterAdding, afterChange, afterRemoving, canary, mirror } from './broken.fixture.ts';
import { hosts } from './hosts.ts';
import { mirrors } from './mirrors.ts';
import { portProtocols } from './port-protocols.ts';
import { retries } from './retries.ts';
import { routes } from './routes.ts';
import { schema } from './schema.ts';
import { subsets } from './subsets.ts';
import { timeouts } from './timeouts.ts';

/** The route of an RPC. */
function routeOf({ spec }: Kinds['VirtualService'], rpc: string) {
  const route = spec?.http?.find(({ name }) => name?.endsWith(`/${rpc}`));
  if (route === undefined) throw new Error(`no route of ${rpc}`);
  return route;
}

const payments = 'VirtualService tradewind/payments';

describe('schema', () => {
  test('finds a value of the wrong type, and its field', async () => {
    const found = await afterChange(schema, 'VirtualService', 'payments', (service) => {
      Object.assign(routeOf(service, 'AuthorizePayment').retries ?? {}, { attempts: 'twice' });
    });
    expect(found).toEqual([
      expect.objectContaining({
        rule: 'schema',
        manifest: payments,
        path: expect.stringMatching(/^spec\.http\[\d+\]\.retries\.attempts$/),
      }),
    ]);
  });

  test('finds a kind that nobody knows', async () => {
    const found = await afterAdding(schema, { apiVersion: 'apps/v1', kind: 'Deploymnet', metadata: { name: 'x' } });
    expect(found).toEqual([
      expect.objectContaining({ manifest: 'Deploymnet x', message: 'there is no kind Deploymnet in apps/v1' }),
    ]);
  });
});

describe('routes', () => {
  test('misses the route of an RPC', async () => {
    const found = await afterChange(routes, 'VirtualService', 'payments', ({ spec }) => spec?.http?.shift());
    expect(found).toEqual([
      expect.objectContaining({
        manifest: payments,
        path: 'spec.http',
        message: expect.stringMatching(/^no route leads payments\.v1/),
      }),
    ]);
  });

  test('finds one that leads to another service', async () => {
    const found = await afterChange(routes, 'VirtualService', 'payments', (service) => {
      Object.assign(routeOf(service, 'AuthorizePayment').route?.[0]?.destination ?? {}, {
        host: 'shipping.tradewind.svc.cluster.local',
      });
    });
    expect(found).toEqual([
      expect.objectContaining({ manifest: payments, message: expect.stringContaining('AuthorizePayment') }),
    ]);
  });

  test('finds one of an RPC that is in no contract', async () => {
    const found = await afterChange(routes, 'VirtualService', 'payments', ({ spec }) => {
      spec?.http?.push({ match: [{ uri: { exact: '/tradewind.payments.v1.PaymentsService/Forget' } }], route: [] });
    });
    expect(found).toEqual([
      expect.objectContaining({
        path: expect.stringMatching(/\.match$/),
        message: '/tradewind.payments.v1.PaymentsService/Forget is in no contract',
      }),
    ]);
  });
});

describe('retries', () => {
  const login = 'identity.v1.IdentityService/Login';

  test('finds a repeat of an RPC that is not idempotent', async () => {
    const found = await afterChange(retries, 'VirtualService', 'identity', (service) => {
      routeOf(service, 'Login').retries = { attempts: 3 };
    });
    expect(found).toEqual([
      {
        rule: 'retries',
        manifest: 'VirtualService tradewind/identity',
        path: expect.stringMatching(/^spec\.http\[\d+\]\.retries\.attempts$/),
        message: `${login} is not idempotent and would be repeated 3 times`,
      },
    ]);
  });

  test('finds a route that leaves it to Istio, which repeats twice', async () => {
    const found = await afterChange(retries, 'VirtualService', 'edge', (service) => {
      delete routeOf(service, 'Login').retries;
    });
    expect(found).toEqual([
      expect.objectContaining({
        manifest: 'VirtualService tradewind/edge',
        message: expect.stringContaining('2 times'),
      }),
    ]);
  });

  test('finds one that a wider route before it lets happen', async () => {
    const found = await afterChange(retries, 'VirtualService', 'identity', ({ spec }) => {
      spec?.http?.unshift({ match: [{ uri: { prefix: '/tradewind.identity' } }], route: [], retries: { attempts: 1 } });
    });
    expect(found.map(({ message }) => message)).toContain(`${login} is not idempotent and would be repeated 1 times`);
  });

  test('finds a stream that would begin again', async () => {
    const found = await afterChange(retries, 'VirtualService', 'orders', (service) => {
      routeOf(service, 'WatchOrder').retries = { attempts: 1 };
    });
    expect(found).toEqual([expect.objectContaining({ message: expect.stringContaining('WatchOrder is a stream') })]);
  });
});

test('mirrors finds an RPC that changes something', async () => {
  const change = (service: Kinds['VirtualService']) => {
    routeOf(service, 'PlaceOrder').mirror = { host: 'orders.tradewind.svc.cluster.local', subset: 'next' };
  };
  const found = await afterChange(mirrors, 'VirtualService', 'orders', change, mirror);
  expect(found).toEqual([
    {
      rule: 'mirrors',
      manifest: 'VirtualService tradewind/orders',
      path: expect.stringMatching(/^spec\.http\[\d+\]\.mirror$/),
      message: expect.stringMatching(/^orders\.v1\.OrdersService\/PlaceOrder changes something/),
    },
  ]);
});

describe('timeouts', () => {
  test('finds a route that ends before the deadline of the contract', async () => {
    const found = await afterChange(timeouts, 'VirtualService', 'identity', (service) => {
      routeOf(service, 'Login').timeout = '100ms';
    });
    expect(found).toEqual([
      {
        rule: 'timeouts',
        manifest: 'VirtualService tradewind/identity',
        path: expect.stringMatching(/^spec\.http\[\d+\]\.timeout$/),
        message: expect.stringMatching(/Login may take \d+ ms and is given 100ms/),
      },
    ]);
  });

  test('finds one that ends before all tries do', async () => {
    const found = await afterChange(timeouts, 'VirtualService', 'payments', (service) => {
      const { retries: repeats } = routeOf(service, 'AuthorizePayment');
      Object.assign(repeats ?? {}, { attempts: 5 });
    });
    expect(found).toEqual([
      expect.objectContaining({ manifest: payments, message: expect.stringContaining('ends before 6 tries') }),
    ]);
  });

  test('finds a try that ends before the deadline', async () => {
    const found = await afterChange(timeouts, 'VirtualService', 'payments', (service) => {
      const { retries: repeats } = routeOf(service, 'AuthorizePayment');
      Object.assign(repeats ?? {}, { perTryTimeout: '0.2s' });
    });
    expect(found).toEqual([expect.objectContaining({ path: expect.stringMatching(/retries\.perTryTimeout$/) })]);
  });

  test('finds plain HTTP that ends before the deadline of its RPC, and what may last for ever', async () => {
    const short = await afterChange(timeouts, 'VirtualService', 'edge', ({ spec }) => {
      spec?.http?.unshift({
        match: [{ uri: { prefix: '/v1/' } }],
        route: [],
        timeout: '100ms',
        retries: { attempts: 0 },
      });
    });
    expect(short.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^POST \/v1\/orders \(orders\.v1\.OrdersService\/PlaceOrder\) may take \d+ ms and is given 100ms$/,
      ),
    );
    const endless = await afterChange(timeouts, 'VirtualService', 'edge', ({ spec }) => {
      const pages = spec?.http?.find(({ name }) => name === 'pages');
      Object.assign(pages ?? {}, { timeout: '0s' });
    });
    expect(endless).toEqual([expect.objectContaining({ message: 'a request may last for ever' })]);
  });

  test('finds a stream that is cut off', async () => {
    const found = await afterChange(timeouts, 'VirtualService', 'orders', (service) => {
      routeOf(service, 'WatchOrder').timeout = '1m';
    });
    expect(found).toEqual([
      expect.objectContaining({
        message: 'orders.v1.OrdersService/WatchOrder has no deadline and is cut off after 1m',
      }),
    ]);
  });
});

describe('hosts', () => {
  test('finds a route to nowhere', async () => {
    const found = await afterRemoving(hosts, 'Service', 'shipping');
    expect(found).toContainEqual({
      rule: 'hosts',
      manifest: 'VirtualService tradewind/shipping',
      path: 'spec.hosts[0]',
      message: 'no Service or ServiceEntry is shipping.tradewind.svc.cluster.local',
    });
    expect(found.map(({ manifest }) => manifest)).toContain('DestinationRule tradewind/shipping');
    expect(found.map(({ manifest, path }) => `${manifest} ${path}`)).toContain(
      'ConfigMap tradewind/orders-config data.UPSTREAM_SHIPPING',
    );
  });

  test('finds a port that a service does not have', async () => {
    const found = await afterChange(hosts, 'ConfigMap', 'orders-config', ({ data }) => {
      Object.assign(data ?? {}, { UPSTREAM_SHIPPING: 'shipping.tradewind.svc.cluster.local:9091' });
    });
    expect(found).toEqual([
      expect.objectContaining({
        path: 'data.UPSTREAM_SHIPPING',
        message: expect.stringContaining('has no port 9091: it has 9090, 8080'),
      }),
    ]);
  });

  test('finds a Sidecar that names a server which is not known', async () => {
    const found = await afterRemoving(hosts, 'ServiceEntry', 'mail');
    expect(found).toEqual([
      expect.objectContaining({
        manifest: 'Sidecar tradewind/notifications',
        message: expect.stringContaining('smtp.'),
      }),
    ]);
  });
});

describe('subsets', () => {
  test('finds one whose labels no pod has', async () => {
    const found = await afterChange(subsets, 'DestinationRule', 'payments', ({ spec }) => {
      Object.assign(spec?.subsets?.[0]?.labels ?? {}, { track: 'stabel' });
    });
    expect(found).toEqual([
      {
        rule: 'subsets',
        manifest: 'DestinationRule tradewind/payments',
        path: 'spec.subsets[0].labels',
        message: 'no pod of stable has the labels app=payments, track=stabel',
      },
    ]);
  });

  test('finds a route to one that is not there', async () => {
    const found = await afterChange(subsets, 'VirtualService', 'payments', (service) => {
      Object.assign(routeOf(service, 'AuthorizePayment').route?.[0]?.destination ?? {}, { subset: 'next' });
    });
    expect(found).toEqual([
      expect.objectContaining({ manifest: payments, message: expect.stringContaining('has no subset next') }),
    ]);
  });

  test('finds shares that are not a hundred', async () => {
    const found = await afterChange(subsets, 'VirtualService', 'orders', (service) => {
      Object.assign(routeOf(service, 'PlaceOrder').route?.[0] ?? {}, { weight: 90 });
      routeOf(service, 'PlaceOrder').route?.push({
        destination: { host: 'orders.tradewind.svc.cluster.local', subset: 'stable' },
        weight: 5,
      });
    });
    expect(found).toEqual([expect.objectContaining({ message: 'its shares add up to 95' })]);
  });

  test('finds a rollout that steers a route or a subset which is not there', async () => {
    const change = ({ spec }: Kinds['DestinationRule']) => spec?.subsets?.pop();
    const found = await afterChange(subsets, 'DestinationRule', 'orders', change, canary);
    expect(found).toContainEqual(
      expect.objectContaining({ manifest: 'Rollout tradewind/orders', message: 'there is no subset next' }),
    );
    const renamed = await afterChange(
      subsets,
      'VirtualService',
      'orders',
      (service) => (routeOf(service, 'PlaceOrder').name = 'other'),
      canary,
    );
    expect(renamed).toEqual([
      expect.objectContaining({
        path: 'spec.strategy.canary.trafficRouting.istio.virtualService.routes',
        message: expect.stringContaining('PlaceOrder'),
      }),
    ]);
  });
});

describe('port-protocols', () => {
  const change = (port: object) =>
    afterChange(portProtocols, 'Service', 'payments', ({ spec }) => Object.assign(spec?.ports?.[0] ?? {}, port));

  test('finds a name that gives no protocol', async () => {
    expect(await change({ name: 'api' })).toEqual([
      expect.objectContaining({
        manifest: 'Service tradewind/payments',
        path: 'spec.ports[0].name',
        message: expect.stringContaining('api gives no protocol'),
      }),
    ]);
  });

  test('finds a name that says one thing and a field that says another', async () => {
    expect(await change({ appProtocol: 'tcp' })).toEqual([
      expect.objectContaining({
        path: 'spec.ports[0].appProtocol',
        message: 'grpc-api is grpc by its name and tcp here',
      }),
    ]);
    const entry = await afterChange(portProtocols, 'ServiceEntry', 'payment-provider', ({ spec }) =>
      Object.assign(spec?.ports?.[0] ?? {}, { protocol: 'HTTP' }),
    );
    expect(entry).toEqual([expect.objectContaining({ path: 'spec.ports[0].protocol' })]);
  });

  test('finds a port that no pod has, and a service without pods', async () => {
    expect(await change({ targetPort: 'grpc' })).toEqual([
      expect.objectContaining({
        path: 'spec.ports[0].targetPort',
        message: 'Deployment tradewind/payments has no port grpc',
      }),
    ]);
    const found = await afterChange(portProtocols, 'Service', 'payments', ({ spec }) =>
      Object.assign(spec?.selector ?? {}, { app: 'payment' }),
    );
    expect(found).toEqual([expect.objectContaining({ path: 'spec.selector', message: 'no pods are behind it' })]);
  });
});

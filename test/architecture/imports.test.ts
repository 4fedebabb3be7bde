import { describe, expect, test } from 'vitest';
import { importsOf, services, typescript } from './sources.ts';

/** Values and the words errors are told in: what a pure domain may take from the chassis. */
const PURE_CHASSIS = new Set(['#chassis/money.ts', '#chassis/ids.ts', '#chassis/domain-error.ts']);

/** Tests put parts together as a composition root does. */
const production = typescript.filter((path) => !path.endsWith('.test.ts') && !path.includes('/testing/'));

interface Import {
  from: string;
  to: string;
}

const importsBelow = (folder: string): Import[] =>
  production.filter((from) => from.startsWith(folder)).flatMap((from) => importsOf(from).map((to) => ({ from, to })));

/** `app` of `services/orders/app/place-order.ts`; undefined for files beside the composition root. */
const layerOf = (service: string, path: string): string | undefined =>
  new RegExp(`^services/${service}/([^/]+)/`).exec(path)?.[1];

/** Folders around the core: rpc, events, store, clients, sagas and whatever else a service has earned. */
const isAdapter = (layer: string | undefined): boolean => layer !== undefined && layer !== 'app' && layer !== 'domain';

const shown = (imports: Import[]) => imports.map(({ from, to }) => `${from} → ${to}`);

describe.each(services)('%s', (service) => {
  const home = `services/${service}/`;
  const imports = importsBelow(home);

  test('imports no other service', () => {
    const foreign = imports.filter(({ to }) => to.startsWith('services/') && !to.startsWith(home));
    expect(shown(foreign)).toEqual([]);
  });

  test('its domain imports nothing but itself and pure values', () => {
    const outside = imports
      .filter(({ from }) => layerOf(service, from) === 'domain')
      .filter(({ to }) => layerOf(service, to) !== 'domain' && !PURE_CHASSIS.has(to));
    expect(shown(outside)).toEqual([]);
  });

  test('its app imports no adapter', () => {
    const outward = imports
      .filter(({ from, to }) => layerOf(service, from) === 'app' && to.startsWith(home))
      .filter(({ to }) => !['app', 'domain'].includes(layerOf(service, to) ?? ''));
    expect(shown(outward)).toEqual([]);
  });

  test('its adapters import app, domain and plain values, never each other nor the composition root', () => {
    const sideways = imports
      .filter(({ from, to }) => isAdapter(layerOf(service, from)) && to.startsWith(home))
      .filter(({ from, to }) => layerOf(service, to) !== layerOf(service, from))
      .filter(({ to }) => isAdapter(layerOf(service, to)) || [`${home}main.ts`, `${home}${service}.ts`].includes(to));
    expect(shown(sideways)).toEqual([]);
  });

  test('no file beside the composition root leads an adapter back to another', () => {
    const besides = imports
      .filter(({ from, to }) => isAdapter(layerOf(service, from)) && to.startsWith(home))
      .filter(({ to }) => layerOf(service, to) === undefined)
      .map(({ to }) => to);
    const detours = imports.filter(({ from, to }) => besides.includes(from) && isAdapter(layerOf(service, to)));
    expect(shown(detours)).toEqual([]);
  });
});

test('the chassis imports no service', () => {
  const known = importsBelow('services/chassis/').filter(
    ({ to }) => to.startsWith('services/') && !to.startsWith('services/chassis/'),
  );
  expect(shown(known)).toEqual([]);
});

test('nobody reaches the chassis but by its name', () => {
  const relative = production
    .filter((from) => !from.startsWith('services/chassis/'))
    .flatMap((from) => importsOf(from).map((to) => ({ from, to })))
    .filter(({ to }) => to.startsWith('services/chassis/'));
  expect(shown(relative)).toEqual([]);
});

test('no files import each other in a circle', () => {
  const onTheWay = new Set<string>();
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: string[]): void => {
    if (onTheWay.has(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (onTheWay.has(path) || done.has(path)) return;
    onTheWay.add(path);
    for (const to of importsOf(path)) {
      const file = to.replace(/^#chassis\//, 'services/chassis/');
      if (production.includes(file)) visit(file, [...way, path]);
    }
    onTheWay.delete(path);
    done.add(path);
  };
  for (const path of production) visit(path, []);
  expect(circles).toEqual([]);
});

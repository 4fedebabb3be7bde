import { describe, expect, test } from 'vitest';
import { EXTERNAL, readMesh } from '../generate/mesh.ts';
import { environmentNames, readTopology } from '../generate/topology.ts';
import { buildOverlay, buildScenario, scenarioNames } from '../manifests.ts';
import type { GATES } from './may-call.ts';
import { policyTable, type Row } from './table.ts';

const mesh = readMesh();
const topology = readTopology();

const pairs = (rows: readonly Row[]) => rows.map(({ caller, rpc }) => `${caller} → ${rpc.name}`).sort();

/** What the contracts allow. */
const declared = mesh
  .flatMap(({ rpcs }) => rpcs.flatMap(({ callers, name }) => callers.map((caller) => `${caller} → ${name}`)))
  .sort();

const passing = (rows: readonly Row[], gate: (typeof GATES)[number]) =>
  rows.filter(({ answer }) => answer.gates.some((each) => each.gate === gate && each.allowed));

/** Pairs of services of which one may call any RPC of the other. */
const called = mesh.flatMap(({ name, callers }) => callers.map((caller) => `${caller} → ${name}`)).sort();

/** Pairs of services between which a gate is open. */
const edges = (rows: readonly Row[], gate: (typeof GATES)[number]) => {
  const inside = passing(rows, gate).filter(({ caller }) => caller !== EXTERNAL);
  return [...new Set(inside.map(({ caller, rpc }) => `${caller} → ${rpc.name.split('.')[0]}`))].sort();
};

describe.each(environmentNames)('in %s', (environment) => {
  const rows = policyTable(buildOverlay(environment), mesh, topology);

  test('every caller is asked about every RPC', () => {
    const callers = mesh.length + 1;
    expect(rows).toHaveLength(callers * mesh.reduce((sum, { rpcs }) => sum + rpcs.length, 0));
  });

  test('the manifests allow what allowed_callers name and nothing else', () => {
    expect(pairs(rows.filter(({ answer }) => answer.allowed))).toEqual(declared);
  });

  test('AuthorizationPolicies do so on their own', () => {
    expect(pairs(passing(rows, 'authorization'))).toEqual(declared);
  });

  test.each(['way out', 'way in'] as const)(
    'the %s opens for services that may call each other and no other',
    (gate) => {
      expect(edges(rows, gate)).toEqual(called);
    },
  );

  test('a proxy knows the services that its own may call, and the one whose keys all read', () => {
    const readers = mesh.map(({ name }) => `${name} → identity`).filter((edge) => edge !== 'identity → identity');
    expect(edges(rows, 'scope')).toEqual([...new Set([...called, ...readers])].sort());
  });
});

test.each(scenarioNames())('the scenario %s changes nothing of who may call what', (name) => {
  const rows = policyTable(buildScenario(name), mesh, topology);
  expect(pairs(rows.filter(({ answer }) => answer.allowed))).toEqual(declared);
});

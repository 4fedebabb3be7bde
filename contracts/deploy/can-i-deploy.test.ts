import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { answerTo } from './answer.ts';
import { currentVersions } from './current.ts';
import { deployedTo, readEnvironments } from './environments.ts';

const program = fileURLToPath(new URL('can-i-deploy.ts', import.meta.url));

const asked = (...words: string[]) => answerTo(words);

test.each([
  ['orders', 0, { stdout: 'yes: orders can be deployed\n', stderr: '' }],
  ['warehouse', 2, { stdout: '', stderr: expect.stringContaining('there is no service') }],
] as const)('asked as a command of %s it ends with %i', (service, status, said) => {
  expect(spawnSync(process.execPath, [program, service], { encoding: 'utf8' })).toMatchObject({ status, ...said });
});

test.each(Object.keys(currentVersions()))(
  '%s can be deployed, since every pact of this tree is verified',
  (service) => {
    expect(asked(service)).toEqual({ status: 0, told: `yes: ${service} can be deployed\n` });
  },
);

test('a service nobody knows is told with those there are', () => {
  const { status, told } = asked('warehouse');
  expect(status).toBe(2);
  expect(told).toMatch(/^there is no service "warehouse"; there are catalog, gateway, .*shipping\n$/);
});

test.each([[[]], [['--deployed']]])('an environment that is misspelt is told with those there are: %j', (rest) => {
  const before = readEnvironments();
  expect(asked('orders', '--to', 'productoin', ...rest)).toEqual({
    status: 2,
    told: 'there is no environment "productoin"; there are dev, staging, production\n',
  });
  expect(readEnvironments()).toEqual(before);
});

test('an environment that nothing was noted of is told with how to note it', () => {
  expect(() => deployedTo('staging', { production: {} })).toThrow('note it with --to staging --deployed');
  expect(deployedTo('production', { production: {} })).toEqual({});
});

test.each([[['orders', 'production']], [['orders', '--help']], [['orders', '--to']], [[]]])(
  'what is not understood is answered neither by yes nor by no: %j',
  (words) => {
    const { status, told } = asked(...words);
    expect(status).toBe(2);
    expect(told).toContain('Usage: npm run can-i-deploy <service>');
  },
);

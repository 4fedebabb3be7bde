import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { buildImage, root } from '../gate/image.ts';
import { lastRelease, RELEASE, RELEASED_IMAGE, sha256Of } from '../gate/released.ts';

// Each test runs whole commands, which build all contracts more than once.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SERVICE = 'proto/tradewind/payments/v1/payments_service.proto';

let copy: string;
let first: string;

const inCopy = (path: string) => join(copy, path);
const read = (path: string) => readFileSync(inCopy(path), 'utf8');
const git = (...command: string[]) => execFileSync('git', command, { cwd: copy, encoding: 'utf8' });

function change(path: string, was: string, is: string): void {
  expect(read(path)).toContain(was);
  writeFileSync(inCopy(path), read(path).replace(was, is));
}

function run(script: string, ...parameters: string[]) {
  const env = { ...process.env, INIT_CWD: copy };
  return spawnSync(process.execPath, [script, ...parameters], { cwd: copy, encoding: 'utf8', env });
}

const released = (...version: string[]) => run('contracts/release/main.ts', ...version);
const reviewed = (...base: string[]) => run('contracts/review/main.ts', ...base);

/** A project of its own, whose present contracts are release 0.1.0. */
beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'tradewind-release-'));
  for (const part of ['proto', 'third_party', 'buf.yaml', 'package.json', 'package-lock.json', 'istio/topology.yaml']) {
    cpSync(join(root, part), inCopy(part), { recursive: true });
  }
  for (const part of ['gate', 'review', 'release']) {
    cpSync(join(root, 'contracts', part), inCopy(`contracts/${part}`), { recursive: true });
  }
  for (const part of ['node_modules', 'services', 'gen']) symlinkSync(join(root, part), inCopy(part));
  writeFileSync(inCopy('CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-01\n\n- All.\n');
  mkdirSync(inCopy('contracts/released'));
  await buildImage(copy, inCopy(RELEASED_IMAGE), { released: true });
  const release = { version: '0.1.0', date: '2026-01-01', sha256: sha256Of(inCopy(RELEASED_IMAGE)), calls: {} };
  writeFileSync(inCopy(RELEASE), JSON.stringify(release));
  git('init', '-q');
  git('config', 'user.email', 'test@example.com');
  git('config', 'user.name', 'Test');
  git('add', '.');
  git('commit', '-q', '-m', 'All');
  first = git('rev-parse', 'HEAD').trim();
});
beforeEach(() => void git('reset', '-q', '--hard', first));
afterAll(() => rmSync(copy, { recursive: true }));

test('a review of unchanged contracts says so and ends well', () => {
  expect(reviewed()).toMatchObject({ status: 0, stdout: expect.stringContaining('the contracts are the same') });
});

test('a review tells what is added, who may newly call it, and which version that makes', () => {
  change(SERVICE, 'allowed_callers: ["orders"]', 'allowed_callers: ["orders", "reviews"]');
  change(
    SERVICE,
    '// Why, for the record.',
    '// Who asked.\n  string asked_by = 9 [(buf.validate.field).string.max_len = 9];\n  // Why.',
  );
  const { status, stdout } = reviewed();
  expect(status).toBe(0);
  expect(stdout).toContain('- reviews may newly call payments/AuthorizePayment');
  expect(stdout).toContain('| field `payments.v1.RefundPaymentRequest.asked_by` | is new | ✓ | ✓ | ✓ | ✓ | orders |');
  expect(stdout).toContain('0.1.0 → **0.1.1** (patch)');
});

test('a review of what breaks ends with 1 and names those affected', () => {
  change(SERVICE, 'string reason = 4 [', 'string grounds = 4 [');
  const { status, stdout } = reviewed(first);
  expect(status).toBe(1);
  expect(stdout).toContain('**1 of them breaks somebody.**');
  expect(stdout).toMatch(/RefundPaymentRequest\.reason` \| changed name .* \| ✓ \| ✗ \| ✗ \| ✓ \| orders \|/);
  expect(stdout).toContain('0.1.0 → **0.2.0** (minor)');
  expect(stdout).toContain('### Contracts: breaking');
});

test.each([
  ['a commit', () => first],
  ['an image', () => RELEASED_IMAGE],
  ['a folder', () => '.'],
])('a review compares with %s', (_, base) => {
  expect(reviewed(base())).toMatchObject({ status: 0, stdout: expect.stringContaining('are the same') });
});

test.each([
  ['no-such-thing', 'no-such-thing is neither an image, nor a folder, nor a commit that git knows.'],
  ['package.json', 'package.json cannot be read as an image'],
  ['contracts', 'contracts cannot be read as a folder of contracts'],
])('a review refuses to compare with %s', (base, message) => {
  expect(reviewed(base)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
});

test.each([[['--help']], [['-h']], [['v0.1.0', 'main']]])('a review that is asked otherwise tells how: %j', (words) => {
  expect(reviewed(...words)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^Usage: npm run proto:review/),
  });
});

test('an image that no release wrote is refused', () => {
  change(RELEASE, lastRelease(copy).sha256, '0'.repeat(64));
  expect(reviewed()).toMatchObject({ status: 2, stderr: expect.stringContaining('is not the image of release 0.1.0') });
});

test('contracts that are not committed are not released', () => {
  change(SERVICE, '// Which.', '// Which one.');
  expect(released()).toMatchObject({ status: 1, stderr: expect.stringContaining(SERVICE) });
});

test('a release does not say who calls what by pacts that are not committed', () => {
  const pact = 'contracts/pacts/orders-payments.json';
  mkdirSync(dirname(inCopy(pact)), { recursive: true });
  cpSync(join(root, pact), inCopy(pact));
  onTestFinished(() => rmSync(dirname(inCopy(pact)), { recursive: true }));
  expect(released()).toMatchObject({ status: 1, stderr: expect.stringContaining('contracts/pacts/') });
});

test.each([
  ['0.1.0', '0.1.0 is too low: 1 of 1 changes break somebody, so it must be 0.2.0 or later.'],
  ['0.1.1', '0.1.1 is too low'],
  ['next', '"next" is no version'],
])('what breaks somebody is not released as %s', (version, message) => {
  change(SERVICE, 'string reason = 4 [', 'string grounds = 4 [');
  git('commit', '-q', '-a', '-m', 'Break it');
  expect(released(version)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
  expect(git('status', '--porcelain')).toBe('');
});

test('a release is what later contracts are compared with', () => {
  change(SERVICE, 'string reason = 4 [', 'string grounds = 4 [');
  change('CHANGELOG.md', '## Unreleased\n', '## Unreleased\n\n### Added\n\n- Something else.\n');
  git('commit', '-q', '-a', '-m', 'Break it');
  const { status, stdout } = released();
  expect(status).toBe(0);
  expect(stdout).toContain('Release 0.2.0 is written');
  expect(lastRelease(copy)).toMatchObject({ version: '0.2.0', sha256: sha256Of(inCopy(RELEASED_IMAGE)) });
  expect(JSON.parse(read('package.json')).version).toBe('0.2.0');
  expect(JSON.parse(read('package-lock.json')).packages[''].version).toBe('0.2.0');
  expect(read('CHANGELOG.md')).toMatch(
    /## Unreleased\n\n## 0\.2\.0 - \d{4}-\d\d-\d\d\n\n### Added\n\n- Something else\.[^#]*### Contracts: breaking\n\n- Field `payments.v1.RefundPaymentRequest.reason` changed name/,
  );
  expect(read('contracts/released/notes.md')).toMatch(/^Tradewind 0\.2\.0\n\n### Added/);

  const [, recording = ''] = /^ {2}npx node test\/interop\/record\.ts > (\S+)$/m.exec(stdout) ?? [];
  expect(recording).toBe('test/interop/recorded/orders-0.2.0.json');
  mkdirSync(dirname(inCopy(recording)), { recursive: true });
  writeFileSync(inCopy(recording), '{}');
  for (const command of stdout.split('\n').filter((line) => /^ {2}git (?:add|commit|tag)/.test(line))) {
    execFileSync('sh', ['-c', command.trim()], { cwd: copy });
  }
  expect(git('status', '--porcelain')).toBe('');
  expect(git('tag', '-n99', 'v0.2.0')).toContain('Contracts: breaking');
  expect(reviewed()).toMatchObject({ status: 0, stdout: expect.stringContaining('release 0.2.0: the contracts are') });
});

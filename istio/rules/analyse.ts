/** What the tools of Kubernetes and Istio say of the same manifests, where they are installed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Manifest } from '../generate/manifest.ts';

interface Built {
  readonly name: string;
  readonly folder: string;
  readonly manifests: readonly Manifest[];
}

export interface Analysis {
  readonly problems: readonly string[];
  /** What could not be asked, and why. */
  readonly skipped: readonly string[];
}

type Run = (tool: string, parameters: readonly string[]) => Promise<Outcome>;

interface Outcome {
  readonly found: boolean;
  readonly ok: boolean;
  readonly output: string;
  readonly said: string;
}

export async function analyse(all: readonly Built[], run: Run = installed): Promise<Analysis> {
  const [kubectl, istioctl] = await Promise.all([isHere('kubectl', run), isHere('istioctl', run)]);
  const problems = await Promise.all(
    all.map(async (built) => [
      ...(kubectl ? await kustomizeProblems(built, run) : []),
      ...(istioctl ? await istioProblems(built, run) : []),
    ]),
  );
  const missing = [...(kubectl ? [] : ['kubectl']), ...(istioctl ? [] : ['istioctl'])];
  return {
    problems: problems.flat(),
    skipped: missing.map((tool) => `there is no ${tool} here, so it did not say what it thinks of the manifests`),
  };
}

async function isHere(tool: string, run: Run): Promise<boolean> {
  return (await run(tool, ['version', '--client'])).found;
}

/** Whether `kubectl kustomize` builds it, into as many objects. */
async function kustomizeProblems({ name, folder, manifests }: Built, run: Run): Promise<string[]> {
  const { ok, output, said } = await run('kubectl', ['kustomize', folder]);
  if (!ok) return [`${name}: kubectl kustomize: ${said.trim()}`];
  const count = output.match(/^kind: /gm)?.length ?? 0;
  return count === manifests.length
    ? []
    : [`${name}: kubectl kustomize builds ${count} objects, our build ${manifests.length}`];
}

async function istioProblems({ name, manifests }: Built, run: Run): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-analyse-'));
  try {
    const file = join(folder, 'manifests.yaml');
    writeFileSync(
      file,
      manifests.map((manifest) => stringify(manifest, { aliasDuplicateObjects: false })).join('---\n'),
    );
    const { ok, output, said } = await run('istioctl', [
      'analyze',
      '--use-kube=false',
      '--failure-threshold',
      'Warning',
      file,
    ]);
    return ok ? [] : [`${name}: istioctl analyze: ${`${output}${said}`.trim()}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const installed: Run = (tool, parameters) =>
  new Promise((resolve) => {
    execFile(tool, parameters, { maxBuffer: 2 ** 26 }, (error, output, said) => {
      resolve({ found: error?.code !== 'ENOENT', ok: error === null, output, said });
    });
  });

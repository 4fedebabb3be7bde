import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps?: Step[];
}

interface Workflow {
  on?: unknown;
  permissions?: Record<string, string> | string;
  jobs?: Record<string, Job>;
}

/** An action by the commit of its code, and, so that people can read it, its version: tags can be moved to other code. */
const PINNED = /uses:\s+[\w./-]+@[0-9a-f]{40}\s+# v\d+\.\d+\.\d+/;
/** What whoever opens a pull request writes: in a script it would be run. */
const WRITTEN_BY_STRANGERS =
  /\$\{\{[^}]*github\.(?:head_ref|event\.(?:pull_request\.(?:title|body|head)|issue|comment|review|head_commit))/;

/** What is wrong with a workflow of GitHub Actions, in a sentence each. */
export function workflowFindings(text: string): string[] {
  let workflow: Workflow | null;
  try {
    workflow = parse(text);
  } catch (error) {
    return [`it is no YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`];
  }
  const { on, permissions, jobs = {} } = workflow ?? {};
  const unpinned = text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line) && !PINNED.test(line));
  return [
    ...unpinned.map((line) => `${line.replace(/^[\s-]*/, '')} is not pinned to a commit with its version beside it`),
    ...(permissions === undefined ? ['it does not say its permissions, so it has those of the repository'] : []),
    ...writes(permissions).map((right) => `every job may write ${right}: give that to the job that needs it`),
    ...(on !== null && typeof on === 'object' && 'pull_request_target' in on
      ? ["pull_request_target runs strangers' code with the repository's secrets"]
      : []),
    ...Object.entries(jobs).flatMap(([name, job]) => jobFindings(job).map((finding) => `job ${name}: ${finding}`)),
  ];
}

function writes(permissions: Workflow['permissions']): string[] {
  if (permissions === 'write-all') return ['everything'];
  if (permissions === undefined || typeof permissions === 'string') return [];
  return Object.entries(permissions).flatMap(([right, level]) => (level === 'write' ? [right] : []));
}

function jobFindings({ steps = [], ...job }: Job): string[] {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  return [
    ...(job['timeout-minutes'] === undefined ? ['it says no timeout-minutes'] : []),
    ...checkouts
      .filter((step) => step.with?.['persist-credentials'] !== false)
      .map(() => 'checkout leaves its token on the disk: persist-credentials: false'),
    ...steps
      .filter(({ run }) => run !== undefined && WRITTEN_BY_STRANGERS.test(run))
      .map(({ run }) => `what a stranger wrote is run as a script, in: ${run?.split('\n')[0]}`),
  ];
}

/** What the objects for Argo CD are held to. They are no part of an environment, so they are judged by themselves, with what each application would apply. */
import { z } from 'zod';
import type { Manifest } from '../generate/manifest.ts';
import { nameOf } from '../policy/kinds.ts';
import type { Fault } from './rule.ts';

const project = z.object({
  kind: z.literal('AppProject'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    sourceRepos: z.array(z.url()).min(1),
    destinations: z.array(z.object({ namespace: z.string().regex(/^[^*]+$/), server: z.url() })).min(1),
    clusterResourceWhitelist: z.array(z.object({ group: z.string(), kind: z.string() })).default([]),
  }),
});

const application = z.object({
  kind: z.literal('Application'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    project: z.string(),
    source: z.object({ repoURL: z.url(), targetRevision: z.string().min(1), path: z.string().min(1) }),
    destination: z.object({ server: z.url(), namespace: z.string() }),
    syncPolicy: z.object({
      automated: z.object({ prune: z.boolean(), selfHeal: z.boolean() }).optional(),
      syncOptions: z.array(z.string()),
    }),
  }),
});

const shapes = z.discriminatedUnion('kind', [project, application]);
type Project = z.infer<typeof project>;
type Application = z.infer<typeof application>;

/** `applied` builds what an application's path holds; it throws where there is nothing. Objects of a cluster's root namespace are never pruned. */
export function argocdFaults(
  manifests: readonly Manifest[],
  root: string,
  applied: (path: string) => readonly Manifest[],
): Fault[] {
  const read = manifests.map((manifest) => ({ manifest, result: shapes.safeParse(manifest) }));
  const good = read.flatMap(({ result }) => (result.success ? [result.data] : []));
  const projects = good.filter((each) => each.kind === 'AppProject');
  return [
    ...read.flatMap(({ manifest, result }) =>
      (result.error?.issues ?? []).map(({ path, message }) => ({
        manifest: nameOf(manifest),
        path: path.join('.'),
        message,
      })),
    ),
    ...good.filter((each) => each.kind === 'Application').flatMap((each) => judged(each, projects, root, applied)),
  ];
}

function judged(
  app: Application,
  projects: readonly Project[],
  root: string,
  applied: (path: string) => readonly Manifest[],
): Fault[] {
  const { source, destination, syncPolicy } = app.spec;
  const at = (path: string, message: string): Fault => ({ manifest: nameOf(app), path: `spec.${path}`, message });
  const own = projects.find(({ metadata }) => metadata.name === app.spec.project);
  if (own === undefined) return [at('project', `there is no AppProject ${app.spec.project}`)];
  const allowed = own.spec.destinations.filter(({ server }) => server === destination.server);
  const objects = built(source.path, applied);
  if (objects === undefined) return [at('source.path', `there is nothing to apply at ${source.path}`)];
  const namespaces = new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []));
  const kinds = new Set(objects.filter(({ metadata }) => metadata?.namespace === undefined).map(({ kind }) => kind));
  return [
    ...(own.spec.sourceRepos.includes(source.repoURL)
      ? []
      : [at('source.repoURL', `its project does not take ${source.repoURL}`)]),
    ...[...namespaces]
      .filter((namespace) => !allowed.some((each) => each.namespace === namespace))
      .map((namespace) => at('destination', `its project may not touch ${namespace} on ${destination.server}`)),
    ...[...kinds]
      .filter((kind) => !own.spec.clusterResourceWhitelist.some((each) => each.kind === kind))
      .map((kind) => at('project', `its project may not touch any ${kind}`)),
    ...(namespaces.has(root) && syncPolicy.automated?.prune
      ? [at('syncPolicy.automated.prune', 'it would take away what holds for the whole cluster')]
      : []),
  ];
}

function built(path: string, applied: (path: string) => readonly Manifest[]): readonly Manifest[] | undefined {
  try {
    return applied(path);
  } catch {
    return undefined;
  }
}

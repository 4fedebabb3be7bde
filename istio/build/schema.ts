/** Judges objects by the schemas that Kubernetes and Istio publish. */
import type { Manifest } from '../generate/manifest.ts';

type Model = new (data: Manifest) => { validate(): void };

/** Kinds of tools that publish no schema for TypeScript; their objects are only looked at by our own rules. */
const WITHOUT_SCHEMA = new Set(['argoproj.io/v1alpha1 AnalysisTemplate', 'argoproj.io/v1alpha1 Rollout']);

/** What is wrong with an object: a line for each field, none when it is valid. A kind that nobody knows is wrong. */
export async function schemaProblems(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind, metadata } = manifest;
  if (WITHOUT_SCHEMA.has(`${apiVersion} ${kind}`)) return [];
  const named = `${kind} ${metadata?.namespace ?? ''}/${metadata?.name}`;
  const model = await modelOf(apiVersion, kind);
  if (model === undefined) return [`${named}: there is no kind ${kind} in ${apiVersion}`];
  try {
    new model(manifest).validate();
    return [];
  } catch (error) {
    return [`${named}: ${error instanceof Error ? error.message : error}`];
  }
}

async function modelOf(apiVersion: string, kind: string): Promise<Model | undefined> {
  const library = apiVersion.includes('istio.io/') ? '@kubernetes-models/istio' : 'kubernetes-models';
  try {
    const module = (await import(`${library}/${apiVersion}/${kind}`)) as Record<string, Model>;
    return module[kind];
  } catch {
    return undefined;
  }
}

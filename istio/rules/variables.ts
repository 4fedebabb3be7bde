/** What a container reads from its environment, and from where. */
import type { IContainer } from 'kubernetes-models/v1/Container';
import { ofKind } from '../policy/kinds.ts';
import type { Subject } from './rule.ts';

export interface Variable {
  readonly name: string;
  /** The object that says it, and its field there. */
  readonly manifest: string;
  readonly path: string;
  /** Undefined for what only a Secret knows. */
  readonly value: string | undefined;
  /** Whether the container starts without it. */
  readonly optional: boolean;
}

/** Variables of a container, those of ConfigMaps first. Names of ConfigMaps that do not exist are told apart. */
export function variablesOf(
  container: IContainer,
  owner: string,
  path: string,
  { manifests }: Pick<Subject, 'manifests'>,
): { variables: Variable[]; missing: string[] } {
  const maps = ofKind(manifests, 'ConfigMap');
  const named = (container.envFrom ?? []).flatMap(({ configMapRef }) => configMapRef?.name ?? []);
  const found = named.map((name) => maps.find(({ metadata }) => metadata?.name === name));
  const shared = found.flatMap((map) =>
    Object.entries(map?.data ?? {}).map(([name, value]): Variable => {
      const manifest = `ConfigMap ${map?.metadata?.namespace}/${map?.metadata?.name}`;
      return { name, manifest, path: `data.${name}`, value, optional: false };
    }),
  );
  const own = (container.env ?? []).map(({ name, value, valueFrom }, index): Variable => {
    const secret = valueFrom?.secretKeyRef;
    const said = secret ? undefined : (value ?? '');
    return { name, manifest: owner, path: `${path}.env[${index}]`, value: said, optional: secret?.optional === true };
  });
  return { variables: [...shared, ...own], missing: named.filter((_, index) => found[index] === undefined) };
}

/** Plain HTTP at the edge, told apart by path and method, so that it is carried as the RPC behind it. */
import { ONE, parseTemplate, REST } from '../../services/gateway/rest/path-template.ts';
import type { RestPath } from './mesh.ts';

/** The requests that a path of a contract stands for. A value with a colon in it is not among them: what stands after one may be a verb. */
export function restMatch({ method, template }: RestPath) {
  return { uri: { regex: written(template, '[^/:]+', '.+') }, method: { exact: method } };
}

/** A path as a client would write it. */
export function restExample(template: string): string {
  const { segments, verb } = parseTemplate(template);
  return `/${segments.map((each) => ([ONE, REST].includes(each) ? '1' : each)).join('/')}${verb && `:${verb}`}`;
}

function written(template: string, one: string, rest: string): string {
  const { segments, verb } = parseTemplate(template);
  const patterns = segments.map((each) => (each === ONE ? one : each === REST ? rest : literally(each)));
  return `/${patterns.join('/')}${verb && `:${literally(verb)}`}`;
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Derives streams from the contract: which events a service has, where they are kept and for how long. */
import { existsSync } from 'node:fs';
import { type DescFile, type DescMessage, getOption, hasOption } from '@bufbuild/protobuf';
import { event } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { StreamPlan } from './broker.ts';
import { streamOfService } from './subject.ts';

const DEFAULT_RETENTION_DAYS = 30;

/** Where messages rest that nobody could handle, until an operator decides. */
export const deadLetterStream: StreamPlan = {
  name: 'DEAD_LETTERS',
  subjects: ['tradewind.dead-letters.>'],
  retentionDays: 0,
};

/** Every event of a service's contract; none when it publishes nothing. */
export async function eventsOf(service: string): Promise<DescMessage[]> {
  const path = `tradewind/${service}/events/v1/${service}_events_pb.ts`;
  if (!existsSync(new URL(`../../../gen/${path}`, import.meta.url))) return [];
  const specifier = `#gen/${path}`;
  const module = (await import(specifier)) as Record<string, unknown>;
  const files = Object.values(module).filter(isFile);
  return files.flatMap((file) => file.messages.filter((message) => hasOption(message, event)));
}

/** The stream that keeps a service's events, for as long as the longest-lived of them is wanted. Undefined when it publishes nothing. */
export async function streamPlanOf(service: string): Promise<StreamPlan | undefined> {
  const events = await eventsOf(service);
  if (events.length === 0) return undefined;
  const days = events.map((each) => getOption(each, event).retentionDays || DEFAULT_RETENTION_DAYS);
  return {
    name: streamOfService(service),
    subjects: [`tradewind.${service}.events.>`],
    retentionDays: Math.max(...days),
  };
}

function isFile(value: unknown): value is DescFile {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'file';
}

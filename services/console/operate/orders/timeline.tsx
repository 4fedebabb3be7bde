import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { StoryEntry } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { lastName, ms, seconds } from '../parts/figures.ts';
import { Moment } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Opened } from '../parts/opened.tsx';
import { EntryDetail } from './entry-detail.tsx';
import { KINDS, kindOf } from './kinds.ts';

/** What happened, one under the other, each with how long it was after the first. */
export function Timeline({ entries }: { entries: readonly StoryEntry[] }) {
  const first = entries[0]?.time;
  if (!first) return <Nothing>Nothing of what is chosen is known.</Nothing>;
  return (
    <ol className="timeline" aria-label="What happened">
      {entries.map((entry, at) => {
        const kind = kindOf(entry);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two entries may be alike, and entries only come at the end.
          <li key={`${kind} ${entry.title} ${at}`} data-kind={kind} data-failed={entry.failed || undefined}>
            <span className="timeline-time">
              <Moment of={entry.time} />
              <small>{entry.time ? after(timestampMs(entry.time) - timestampMs(first)) : ''}</small>
            </span>
            <Opened
              line={
                <>
                  <span className="timeline-kind">{KINDS[kind]}</span>
                  <span className="timeline-service">{entry.service}</span>
                  <span className="timeline-title">{lastName(entry.title)}</span>
                  <Measured entry={entry} />
                  {entry.failed && <strong className="failed">failed</strong>}
                </>
              }
            >
              {() => <EntryDetail entry={entry} />}
            </Opened>
          </li>
        );
      })}
    </ol>
  );
}

function Measured({ entry: { detail } }: { entry: StoryEntry }) {
  return detail.case === 'span' ? <small>{ms(detail.value.span?.durationMs ?? 0)}</small> : null;
}

function after(pastMs: number): string {
  return pastMs < 1000 ? `+${Math.round(pastMs)} ms` : `+${seconds(pastMs / 1000)}`;
}

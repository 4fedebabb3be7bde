import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';

/** A moment to the millisecond, with its day where that is not today. */
export function Moment({ of }: { of: Timestamp | undefined }) {
  if (!of) return <>–</>;
  const date = timestampDate(of);
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? '' : `${date.toLocaleDateString(undefined, { day: '2-digit', month: 'short' })} `;
  const clock = date.toLocaleTimeString(undefined, { hour12: false });
  return (
    <time dateTime={date.toISOString()} className="moment">
      {day}
      {clock}
      <small>.{String(date.getMilliseconds()).padStart(3, '0')}</small>
    </time>
  );
}

import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { problemOf } from '../../transport/problem.ts';
import { sagaPath } from '../addresses.ts';
import { numberOf } from '../parts/figures.ts';
import { type Resuming, useResumeParked } from './use-resume-parked.ts';

interface ResumeParkedProps {
  /** Whether there are any, as far as the page knows. */
  some: boolean;
  /** Told when they were all tried. */
  onMove: () => unknown;
}

/** Lets every parked saga go on at one press, and says how far it is and which could not. */
export function ResumeParked({ some, onMove }: ResumeParkedProps) {
  const { progress, error, isRunning, start } = useResumeParked(onMove);
  if (!some && progress === undefined) return null;
  return (
    <section className="panel" aria-label="Parked sagas">
      <div className="form-foot">
        <Button size="sm" variant="default" loading={isRunning} disabled={!some} onClick={start}>
          Resume all that are parked
        </Button>
        <span role="status">{progress && error === undefined && told(progress)}</span>
      </div>
      {error !== undefined && <ProblemNotice error={error} of="The parked sagas" again={start} />}
      {progress && progress.failures.length > 0 && (
        <ul aria-label="Not resumed">
          {progress.failures.map(({ saga, error: why }) => {
            const { title, advice } = problemOf(why);
            return (
              <li key={saga.id} className="hint">
                <Link to={sagaPath(saga.id)}>
                  {saga.kind} {numberOf(saga.id)}
                </Link>
                : {title}. {advice}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function told({ of, resumed, failures, isOver }: Resuming): string {
  if (of === 0) return isOver ? 'None is parked any more.' : 'Looking for them …';
  const refused = failures.length > 0 ? `, ${failures.length} could not be` : '';
  return `${resumed} of ${of} resumed${refused}${isOver ? '.' : ' …'}`;
}

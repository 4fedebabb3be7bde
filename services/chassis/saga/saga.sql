-- Keeps every saga's progress, so that a process killed at any instruction is followed by one that goes on where it stopped.
create table if not exists saga (
  id uuid primary key,
  kind text not null,
  -- The aggregate the saga works for.
  subject text not null,
  state jsonb not null,
  -- The step to do next, or to undo next while compensating.
  step integer not null default 0,
  status text not null default 'running' check (status in ('running', 'compensating', 'completed', 'compensated', 'parked')),
  -- Failed tries of the current step.
  attempts integer not null default 0,
  -- Whether the current step was tried before without a known outcome: then its undo must run too.
  touched boolean not null default false,
  wake_at timestamptz not null default now(),
  -- Grows with every wake-up, so that one that arrives while a step runs is not lost when the step asks to wait.
  wakes integer not null default 0,
  lease_owner text,
  lease_until timestamptz,
  version bigint not null default 1,
  -- Why the saga compensates: {step, reason}.
  failure jsonb,
  -- Why the saga waits or is parked.
  problem text,
  history jsonb not null default '[]',
  cancel_requested boolean not null default false,
  correlation text,
  traceparent text,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 60);

-- The sweeper asks for what is due; ended and parked sagas are not in the index. Progress touches no indexed column, so it stays a HOT update.
create index if not exists saga_due on saga (wake_at) where status in ('running', 'compensating');
create index if not exists saga_of_subject on saga (subject, kind);

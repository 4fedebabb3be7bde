-- Remembers which events a consumer has applied, so that a repeat has no second effect; written in the transaction of the effect.
create table inbox (
  consumer text not null,
  event_id uuid not null,
  seen_at timestamptz not null default now(),
  primary key (consumer, event_id)
);

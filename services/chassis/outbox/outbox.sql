-- Keeps the events of a service until the broker has them; written in the transaction whose facts they tell.
create table outbox (
  -- The order of publication. Writers of one aggregate queue on its row, so their numbers rise in the order they commit.
  seq bigserial primary key,
  id uuid not null,
  subject text not null,
  aggregate_id text not null,
  headers jsonb not null,
  payload bytea not null,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  -- Tries the broker refused, and what it said last.
  attempts integer not null default 0,
  last_error text,
  -- When it was given up and moved to the dead letters.
  dead_at timestamptz
);

create index outbox_pending on outbox (seq) where published_at is null and dead_at is null;
-- The table is a queue: every row is written twice and soon deleted.
alter table outbox set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

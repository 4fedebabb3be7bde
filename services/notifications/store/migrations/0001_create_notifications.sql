-- Where to reach people, from identity's events. A row outlives the person's data, so that a late event cannot bring it back.
create table address_book (
  user_id uuid primary key,
  email text,
  display_name text not null,
  -- The account's version that the row is of: older events change nothing.
  version bigint not null
);

create table preference (
  user_id uuid primary key,
  muted_kinds text[] not null,
  updated_at timestamptz not null default now()
);

-- One message per order and kind, whatever number of events asks for it.
create table notification (
  id uuid primary key,
  user_id uuid not null,
  order_id uuid not null,
  kind text not null,
  state text not null default 'PENDING' check (state in ('PENDING', 'SENT', 'FAILED', 'SUPPRESSED')),
  facts jsonb not null,
  -- Tries begun; one whose end nobody saw counts.
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  -- Until then somebody is sending it.
  lease_until timestamptz,
  problem text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  -- What asked for it, so that the trace and the story go on.
  event_id uuid not null,
  correlation_id text not null,
  traceparent text,
  unique (order_id, kind)
) with (fillfactor = 80);

create index notification_due on notification (due_at) where state = 'PENDING';
create index notification_of_user on notification (user_id, id desc);

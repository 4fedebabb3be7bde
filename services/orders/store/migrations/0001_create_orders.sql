-- An order as it is: the sum of its events, kept beside them and always written in the same statement.
create table orders (
  id uuid primary key,
  user_id uuid not null,
  state text not null,
  version bigint not null,
  data jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
) with (fillfactor = 70);

-- Stock that arrives looks for the orders that wait for it, oldest first.
create index orders_waiting on orders (created_at) where state = 'BACKORDERED';

-- What happened to each order. The primary key is the optimistic lock: one event per version.
create table order_event (
  order_id uuid not null,
  version bigint not null,
  type text not null,
  data jsonb not null,
  occurred_at timestamptz not null,
  correlation_id text,
  primary key (order_id, version)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger order_event_append_only before update or delete on order_event for each row execute function refuse_change();
create trigger order_event_no_truncate before truncate on order_event for each statement execute function refuse_change();

-- The request ids that placed an order, with what they asked for: a repeat gets the first answer.
create table order_request (
  user_id uuid not null,
  request_id uuid not null,
  request_hash bytea not null,
  order_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (user_id, request_id)
);

create table cart_item (
  user_id uuid not null,
  product_id uuid not null,
  quantity bigint not null check (quantity > 0),
  added_at timestamptz not null default now(),
  primary key (user_id, product_id)
);

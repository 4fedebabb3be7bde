-- One row for each shipment asked for. A row without an address is a tombstone: only the cancellation of that request is known.
create table shipment (
  id uuid primary key,
  order_id uuid not null,
  request_id uuid not null unique,
  request_hash text,
  state text not null check (state in ('CREATED', 'DISPATCHED', 'DELIVERED', 'CANCELLED')),
  address jsonb,
  weight_grams bigint not null default 0 check (weight_grams >= 0),
  tracking_number text unique,
  create_time timestamptz not null default now(),
  dispatch_time timestamptz,
  deliver_time timestamptz,
  check (state = 'CANCELLED' or (address is not null and request_hash is not null and tracking_number is not null))
);

-- An order has one shipment at most that is not cancelled.
create unique index shipment_of_order on shipment (order_id) where state <> 'CANCELLED';
create index shipment_by_order on shipment (order_id);
create index shipment_to_dispatch on shipment (create_time) where state = 'CREATED';
create index shipment_to_deliver on shipment (dispatch_time) where state = 'DISPATCHED';

-- Pieces of a product in a warehouse: free, held for orders, sold. Whatever happens, they add up to what was received.
create table stock (
  product_id uuid not null,
  warehouse text not null,
  on_hand bigint not null default 0 check (on_hand >= 0),
  reserved bigint not null default 0 check (reserved >= 0),
  sold bigint not null default 0 check (sold >= 0),
  received bigint not null default 0,
  version bigint not null default 0,
  low_threshold bigint not null default 5,
  low_announced boolean not null default true,
  primary key (product_id, warehouse),
  constraint nothing_lost check (on_hand + reserved + sold = received)
);

create index stock_running_low on stock (product_id) where on_hand <= low_threshold and not low_announced;

-- Pieces held for an order. A row without a hash is a mark: its release came before, or without, its request.
create table reservation (
  id uuid primary key,
  request_id uuid not null unique,
  request_hash bytea,
  order_id uuid not null,
  state text not null check (state in ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED')),
  expire_time timestamptz not null,
  create_time timestamptz not null default now()
);

create index reservation_to_expire on reservation (expire_time) where state = 'HELD';

create table reservation_line (
  reservation_id uuid not null references reservation (id),
  product_id uuid not null,
  warehouse text not null,
  quantity bigint not null check (quantity > 0),
  primary key (reservation_id, product_id, warehouse)
);

-- Every receipt and correction, and what it was answered with.
create table adjustment (
  request_id uuid primary key,
  request_hash bytea not null,
  product_id uuid not null,
  warehouse text not null,
  delta bigint not null,
  available bigint not null,
  reserved bigint not null,
  version bigint not null,
  create_time timestamptz not null default now()
);

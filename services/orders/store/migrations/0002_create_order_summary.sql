-- Which generation of a read model serves, and which one is being built beside it.
create table projection (
  name text primary key,
  serving integer not null,
  building integer,
  built_at timestamptz
);
insert into projection (name, serving) values ('order_summary', 1);

-- What lists of orders show, made from events only. Each event may come twice, late or before those before it.
create table order_summary (
  generation integer not null,
  order_id uuid not null,
  user_id uuid not null,
  state text not null,
  version bigint not null,
  product_ids uuid[],
  total jsonb,
  placed_at timestamptz,
  primary key (generation, order_id)
);
create index order_summary_of_user on order_summary (generation, user_id, order_id desc);

create table customer_name (
  generation integer not null,
  user_id uuid not null,
  name text not null,
  version bigint not null,
  primary key (generation, user_id)
);

create table product_title (
  generation integer not null,
  product_id uuid not null,
  title text not null,
  version bigint not null,
  primary key (generation, product_id)
);

create extension if not exists pg_trgm;

create table product (
  id uuid primary key,
  sku text not null unique,
  title text not null,
  description text not null,
  brand text not null,
  category text not null,
  price_nanos numeric(30, 0) not null,
  currency text not null,
  weight_grams integer not null,
  backorderable boolean not null,
  image_urls jsonb not null,
  state text not null check (state in ('DRAFT', 'PUBLISHED', 'RETIRED')),
  version bigint not null,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  -- What a search looks into: whole words by weight, and the same words for those that are typed wrong.
  search tsvector not null generated always as (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', brand || ' ' || category), 'B')
    || setweight(to_tsvector('english', description), 'C')
  ) stored,
  words text not null generated always as (lower(title || ' ' || brand || ' ' || category)) stored
);

create index product_search on product using gin (search);
create index product_words on product using gin (words gin_trgm_ops);
create index product_by_title on product (title, id) where state = 'PUBLISHED';
create index product_by_category on product (category text_pattern_ops) where state = 'PUBLISHED';

-- What a request_id was used for and answered with.
create table product_request (
  request_id uuid primary key,
  request_hash bytea not null,
  answer jsonb not null,
  create_time timestamptz not null default now()
);

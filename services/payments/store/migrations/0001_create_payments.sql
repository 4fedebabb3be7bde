-- One row for each authorization asked for. A row without an amount is a tombstone: only a void is known of that request.
create table payment (
  id uuid primary key,
  order_id uuid not null,
  request_id uuid not null unique,
  request_hash text,
  provider_key uuid not null unique,
  state text not null check (state in ('PENDING', 'AUTHORIZED', 'CAPTURED', 'DECLINED', 'VOIDED', 'REFUNDED')),
  amount numeric(38, 9) check (amount > 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  captured numeric(38, 9) not null default 0 check (captured in (0, amount)),
  refunded numeric(38, 9) not null default 0 check (refunded between 0 and refund_claimed),
  -- What refunds have claimed, given back or on its way.
  refund_claimed numeric(38, 9) not null default 0 check (refund_claimed between 0 and captured),
  decline_code text not null default '',
  -- When to ask the provider what became of it. Unset when there is no doubt.
  doubt_until timestamptz,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now(),
  check (state = 'VOIDED' or (amount is not null and currency is not null and request_hash is not null))
);

-- One charge per order.
create unique index payment_of_order on payment (order_id) where state <> 'DECLINED' and amount is not null;
create index payment_by_order on payment (order_id);
create index payment_in_doubt on payment (doubt_until) where doubt_until is not null;

create table refund (
  -- The provider's key of it, too.
  id uuid primary key,
  payment_id uuid not null references payment (id),
  request_id uuid not null unique,
  request_hash text not null,
  amount numeric(38, 9) not null check (amount > 0),
  reason text not null,
  state text not null check (state in ('PENDING', 'DONE')),
  doubt_until timestamptz,
  create_time timestamptz not null default now(),
  update_time timestamptz not null default now()
);

create index refund_of_payment on refund (payment_id);
create index refund_in_doubt on refund (doubt_until) where doubt_until is not null;

-- What the card network of the sandbox knows. It stands for somebody else's books: payments never reads it except through the provider port.
create schema sandbox;

create table sandbox.charge (
  key uuid primary key,
  amount numeric(38, 9) not null,
  currency text not null,
  state text not null check (state in ('AUTHORIZED', 'CAPTURED', 'VOIDED', 'DECLINED')),
  decline_code text not null default '',
  captured numeric(38, 9) not null default 0,
  refunded numeric(38, 9) not null default 0 check (refunded <= captured),
  create_time timestamptz not null default now()
);

create table sandbox.refund (
  key uuid primary key,
  charge_key uuid not null references sandbox.charge (key),
  amount numeric(38, 9) not null check (amount > 0),
  create_time timestamptz not null default now()
);

-- How often a key was tried, for cards that answer differently at each try.
create table sandbox.attempt (
  key uuid primary key,
  tries integer not null
);

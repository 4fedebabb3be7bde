-- Where a session was begun, for its user to recognise: never more than a network.
alter table session
  add column user_agent text not null default '',
  add column network text not null default '';

-- A blocked account keeps all it has, and lets nobody in.
alter table user_account drop constraint user_account_state_check;
alter table user_account drop constraint user_account_check1;
alter table user_account add constraint user_account_state_check check (state in ('ACTIVE', 'BLOCKED', 'ERASED'));
alter table user_account add constraint user_account_erased_check check (
  state <> 'ERASED' or (email is null and password_hash is null and request_fingerprint is null and display_name = ''));
create index user_account_create_time on user_account (create_time, id);

-- What every service is told to refuse: sessions, grants and API keys (sid), and single tokens (jti).
create table revocation (
  id text primary key,
  revoke_time timestamptz not null default now(),
  -- When the broker had it for good.
  relay_time timestamptz
);
create index revocation_waiting on revocation (revoke_time) where relay_time is null;
create index revocation_revoke_time on revocation (revoke_time);

create table api_key (
  id uuid primary key,
  user_id uuid not null references user_account (id),
  name text not null,
  -- Of a random secret, so that a fast hash is enough.
  secret_hash bytea not null unique,
  -- How it begins, to tell keys apart.
  hint text not null,
  scopes text[] not null,
  request_id uuid not null,
  create_time timestamptz not null,
  expire_time timestamptz not null,
  last_use_time timestamptz,
  revoke_time timestamptz,
  unique (user_id, request_id)
);
create index api_key_expire_time on api_key (expire_time);

-- What a mailed link opens, once.
create table one_time_link (
  token_hash bytea primary key,
  kind text not null check (kind in ('PASSWORD_RESET', 'EMAIL_CHANGE')),
  user_id uuid not null references user_account (id),
  -- The address that an account is to get.
  email text,
  expire_time timestamptz not null,
  check ((kind = 'EMAIL_CHANGE') = (email is not null))
);
create index one_time_link_user_id on one_time_link (user_id);
create index one_time_link_expire_time on one_time_link (expire_time);

-- Mails that notifications has not taken yet. A link is made when its mail is handed over, so that none lies here.
create table account_mail (
  id uuid primary key,
  kind text not null,
  user_id uuid not null references user_account (id),
  email text not null,
  correlation_id text not null,
  attempts integer not null default 0,
  due_time timestamptz not null,
  expire_time timestamptz not null
);
create index account_mail_due_time on account_mail (due_time);

create table security_event (
  id uuid primary key,
  kind text not null,
  severity text not null check (severity in ('INFO', 'WARNING', 'HIGH')),
  -- Whose account; null where there is none of that address.
  user_id uuid,
  -- Who did it, where that is somebody else.
  actor_id uuid,
  -- The address it came from; empty when nobody knows.
  source text not null,
  detail text not null,
  create_time timestamptz not null
);
create index security_event_user_id on security_event (user_id, id);
create index security_event_create_time on security_event (create_time);

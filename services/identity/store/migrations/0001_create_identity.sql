create table user_account (
  id uuid primary key,
  email text unique,
  display_name text not null,
  password_hash text,
  roles text[] not null,
  state text not null check (state in ('ACTIVE', 'ERASED')),
  version bigint not null,
  request_id uuid unique,
  request_fingerprint bytea,
  create_time timestamptz not null,
  check (state = 'ERASED' or (email is not null and password_hash is not null)),
  check (state = 'ACTIVE' or (email is null and password_hash is null and request_fingerprint is null and display_name = ''))
);

-- A session is a family of refresh tokens: token_hash is the one that is still good, the spent ones lie in spent_refresh_token.
create table session (
  id uuid primary key,
  user_id uuid not null references user_account (id),
  token_hash bytea not null unique,
  create_time timestamptz not null,
  last_use_time timestamptz not null,
  expire_time timestamptz not null,
  revoke_time timestamptz
);
create index session_user_id on session (user_id);
create index session_expire_time on session (expire_time);

create table spent_refresh_token (
  token_hash bytea primary key,
  session_id uuid not null references session (id) on delete cascade,
  spend_time timestamptz not null
);
create index spent_refresh_token_session_id on spent_refresh_token (session_id);

-- Keys are hashes: a list of who tried to sign in would be personal data.
create table login_attempt (
  key bytea primary key,
  count integer not null,
  window_end_time timestamptz not null
);
create index login_attempt_window_end_time on login_attempt (window_end_time);

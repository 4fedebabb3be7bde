-- Who may ask for tokens on behalf of others, or for itself.
create table oauth_client (
  id text primary key,
  kind text not null check (kind in ('PUBLIC', 'CONFIDENTIAL', 'SERVICE')),
  name text not null,
  -- Of a random secret, so that a fast hash is enough.
  secret_hash bytea,
  redirect_uris text[] not null,
  post_logout_redirect_uris text[] not null,
  scopes text[] not null,
  -- One of ours: users are not asked whether it may act for them.
  trusted boolean not null,
  create_time timestamptz not null,
  check ((kind = 'PUBLIC') = (secret_hash is null))
);

-- What the authorization server remembers between two requests: sign-ins, grants, codes, tokens. Ids open doors, so only their hashes are here.
create table oauth_state (
  kind text not null,
  id_hash bytea not null,
  payload jsonb not null,
  -- The family that ends as one.
  grant_id text,
  account_id text,
  -- Another name of a browser's sign-in, which opens nothing.
  uid text,
  consume_time timestamptz,
  expire_time timestamptz not null,
  primary key (kind, id_hash)
);
create index oauth_state_grant_id on oauth_state (grant_id) where grant_id is not null;
create index oauth_state_account_id on oauth_state (account_id) where account_id is not null;
create index oauth_state_uid on oauth_state (uid) where uid is not null;
create index oauth_state_expire_time on oauth_state (expire_time);

-- Which mails about accounts were sent, so that none is sent twice. What they said is kept nowhere.
create table account_mail_sent (
  request_id uuid primary key,
  sent_at timestamptz not null default now()
);

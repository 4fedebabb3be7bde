-- Marks are forgotten after a week, the oldest first.
create index inbox_seen_at on inbox (seen_at);

-- Requests are forgotten after a week, the oldest first.
create index product_request_create_time on product_request (create_time);

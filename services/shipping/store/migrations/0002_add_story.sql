-- What a shipment's next event belongs to: the carrier comes long after the request that made the parcel, and its events go on with the same story.
alter table shipment
  add column correlation text,
  add column traceparent text,
  -- The event that came last, which the next one follows from.
  add column last_event_id uuid;

-- How long the function may run (0: unknown), after which a run without an end is lost; and, for a
-- record that is put together from fragments, what the next fragment has to know of the others.
ALTER TABLE invocations
  ADD COLUMN IF NOT EXISTS timeLimitMs UInt64,
  ADD COLUMN IF NOT EXISTS joinState String

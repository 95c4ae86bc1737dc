-- They come back with larger granules (006).
ALTER TABLE invocations
  DROP PROJECTION IF EXISTS by_start,
  DROP PROJECTION IF EXISTS by_duration,
  DROP PROJECTION IF EXISTS by_function_duration,
  DROP PROJECTION IF EXISTS by_memory,
  DROP PROJECTION IF EXISTS by_function_memory

-- Which records are out of sight because a later one took their place: `seq` was replaced by the
-- record `replacedBy`. Derived from invocations.replaces, and completed from there at every start.
CREATE TABLE IF NOT EXISTS superseded
(
  seq UInt64,
  replacedBy UInt64
)
ENGINE = MergeTree
ORDER BY replacedBy
SETTINGS
  fsync_after_insert = 1,
  fsync_part_directory = 1

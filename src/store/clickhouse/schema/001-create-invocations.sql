-- The record, shaped for the five documented orders and for request ids.
--
-- seq counts records in the order of their ingest: the last tie-breaker of every order, and the
-- mark up to which a read sees. A record that takes the place of an earlier one names it in
-- `replaces`; which records are out of sight is then in `superseded` (see migration 002).
--
-- Durations are whole microseconds: a Float64 in a sort key is not read in order for DESC.
-- `extra` is JSON as text, not the JSON type: that one drops nulls and splits names at dots.
-- Granules are small, and so are the blocks that are unpacked for them: the rows of a page lie
-- anywhere, and each costs a granule of every column.
-- The projection by request id has larger ones, since the engine takes a projection that a statement
-- prefers only where it has fewer granules to read than the table (see also 006).
-- No partitions: every part costs a page about a millisecond, so parts are kept few.
-- The narrow projections find the positions of a page (functionName, startTime, seq: with the
-- namespace the table's own key); its rows are then read from the table. A read names its
-- projection (mergeTreeProjection), since the engine's own choice goes by the number of marks and
-- takes the wrong one. Each carries the columns that filters need.
CREATE TABLE IF NOT EXISTS invocations
(
  seq UInt64 CODEC(Delta, ZSTD),
  replaces UInt64,
  namespace LowCardinality(String),
  functionName LowCardinality(String),
  qualifier LowCardinality(String),
  requestId String,
  retryNum UInt32,
  identityHash UInt64,
  contentHash UInt64,
  startTime DateTime64(6, 'UTC') CODEC(Delta, ZSTD),
  durationUs UInt64,
  billDurationMs UInt64,
  memUsageBytes UInt64,
  memoryLimitBytes UInt64,
  initDurationUs Nullable(UInt64),
  retCode Int32,
  statusCode Int32,
  invokeFinished UInt8,
  retMsg String,
  log String,
  logCutBytes UInt64,
  traceId String,
  source LowCardinality(String),
  extra String,
  ingestTime DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(Delta, ZSTD),

  PROJECTION by_start
  (
    SELECT namespace, startTime, seq, functionName, qualifier, retCode, identityHash
    ORDER BY namespace, startTime, seq
  ),
  PROJECTION by_duration
  (
    SELECT namespace, durationUs, startTime, seq, functionName, qualifier, retCode
    ORDER BY namespace, durationUs, startTime, seq
  ),
  PROJECTION by_function_duration
  (
    SELECT namespace, functionName, durationUs, startTime, seq, qualifier, retCode
    ORDER BY namespace, functionName, durationUs, startTime, seq
  ),
  PROJECTION by_memory
  (
    SELECT namespace, memUsageBytes, startTime, seq, functionName, qualifier, retCode
    ORDER BY namespace, memUsageBytes, startTime, seq
  ),
  PROJECTION by_function_memory
  (
    SELECT namespace, functionName, memUsageBytes, startTime, seq, qualifier, retCode
    ORDER BY namespace, functionName, memUsageBytes, startTime, seq
  ),
  PROJECTION by_request
  (
    SELECT namespace, requestId, startTime, seq, functionName, qualifier, retCode
    ORDER BY namespace, requestId, startTime, seq
  ) WITH SETTINGS (index_granularity = 1024)
)
ENGINE = MergeTree
ORDER BY (namespace, functionName, startTime, seq)
SETTINGS
  index_granularity = 256,
  min_compress_block_size = 4096,
  max_compress_block_size = 65536,
  fsync_after_insert = 1,
  fsync_part_directory = 1

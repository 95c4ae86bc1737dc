-- How many records were sent and are not stored: those that were there already, and those that were
-- rejected. By function and hour of start (counted since 1970), for the receipts of answers.
CREATE TABLE IF NOT EXISTS unstored
(
  namespace String,
  functionName String,
  hour Int64,
  duplicates UInt64,
  rejected UInt64
)
ENGINE = SummingMergeTree
ORDER BY (namespace, functionName, hour)

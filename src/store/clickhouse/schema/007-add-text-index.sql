-- The words of messages and logs, in small letters. A read names this expression to the letter, and
-- gets the same answer from a part without the index, only later. It is built while nothing comes in:
-- at every merge it would take more than all the rest (see docs/decisions/0023).
ALTER TABLE invocations
  ADD INDEX IF NOT EXISTS words lower(concat(retMsg, '\n', log))
    TYPE text(tokenizer = splitByNonAlpha),
  MODIFY SETTING materialize_skip_indexes_on_merge = 0

-- An insert writes the table alone; its part gets the projections when parts are merged. Six sorted
-- copies at every insert took most of its time. Until then a read takes the records of such parts
-- from the table (see projections.ts). Parts of up to 32 MiB are one file: with a file for each column
-- an insert of twenty thousand records had sixty of them to sync, and took a third longer.
ALTER TABLE invocations
  MODIFY SETTING
    materialize_projections_on_insert = 0,
    materialize_projections_on_merge = 1,
    min_bytes_for_wide_part = 33554432

-- An insert writes the table alone; its part gets the projections when parts are merged. Six sorted
-- copies at every insert took most of its time. Until then a read takes the records of such parts
-- from the table (see projections.ts).
ALTER TABLE invocations
  MODIFY SETTING materialize_projections_on_insert = 0, materialize_projections_on_merge = 1

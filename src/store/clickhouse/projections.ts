// The narrow projections of the table, and how a statement reads from one.
//
// An insert writes the table alone; its part gets the projections when parts are merged. As long as
// there are parts without, a statement names the table and the projection that it would like: the
// engine then takes the other parts' records from the table itself. Once all have them, naming the
// projection in the table's place saves the engine some weighing.

export const TABLE = 'invocations';

export type ProjectionName =
  | 'by_start'
  | 'by_duration'
  | 'by_function_duration'
  | 'by_memory'
  | 'by_function_memory'
  | 'by_request';

/** What a read sees, however many statements it takes. */
export interface ReadMoment {
  /** The ingest sequence up to which records are seen. */
  readonly mark: number;
  /** Up to this sequence, all records are in the projections; and once there, they stay there. */
  readonly settledTo: number;
}

export interface StatementSource {
  /** What to select from. */
  readonly from: string;
  /** Settings that the statement then needs. */
  readonly settings: Readonly<Record<string, number | string>>;
}

/** Whether every record that is seen is in the projections. */
export function isSettled({ mark, settledTo }: ReadMoment): boolean {
  return mark <= settledTo;
}

/** @param name undefined: the table itself, whose own order serves best */
export function sourceOf(name: ProjectionName | undefined, moment: ReadMoment): StatementSource {
  if (name === undefined) {
    return { from: TABLE, settings: { optimize_use_projections: 0 } };
  }
  return isSettled(moment)
    ? {
        from: `mergeTreeProjection(currentDatabase(), '${TABLE}', '${name}')`,
        settings: { optimize_use_projections: 0 },
      }
    : preferring(name);
}

/**
 * The table, through a projection where parts have it. The only way where a statement reads whole
 * records as well: beside a projection that it names, the engine takes the table for that one too.
 */
export function preferring(name: ProjectionName): StatementSource {
  return { from: TABLE, settings: { preferred_optimize_projection_name: name } };
}

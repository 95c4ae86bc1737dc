// Told of what becomes of questions. Nothing of what was asked, and by whom, is in it.

export type QuestionOutcome =
  | 'answered'
  /** Too much at once. */
  | 'refused'
  | 'too_costly'
  | 'timed_out'
  /** Nobody waited for the answer any more. */
  | 'broken_off'
  | 'failed';

export interface GateObserver {
  /** A question has its slot. */
  began(waitedSeconds: number): void;
  ended(outcome: QuestionOutcome): void;
}

export const silentGateObserver: GateObserver = {
  began: () => undefined,
  ended: () => undefined,
};

// How much the bodies of API calls may hold, all of them together: they come before it is known who
// calls, so what they take is set and does not grow with who asks.

import type { AdmissionOptions } from './admission.ts';

export const callAdmissionBounds = {
  bytesMax: 64 * 1024 * 1024,
  // Questions are far smaller, and a connection takes as much for a body that waits unread. What is
  // larger is an event for a function to run.
  freeBytesMax: 16 * 1024,
  waitingMax: 64,
  waitMsMax: 20_000,
} as const satisfies AdmissionOptions;

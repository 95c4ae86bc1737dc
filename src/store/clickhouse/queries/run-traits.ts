// What tells how complete records are, as columns of 0 or 1.

import { LATE_AFTER_US } from '../../../domain/completeness.ts';

export const TRAITS = `toUnixTimestamp64Milli(ingestTime) * 1000
    - toUnixTimestamp64Micro(startTime) - toInt64(durationUs) > ${LATE_AFTER_US} AS late,
  logCutBytes > 0 AS cut,
  replaces != 0 AS replaced`;

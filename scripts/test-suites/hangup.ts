/** A terminal that closes while tests run. */
import { exitCodes } from '../../src/host/errors.ts';

/**
 * Ends the process at a SIGHUP that comes while `work` runs. vitest itself ends on SIGINT and SIGTERM only, and as others
 * listen for this signal as well, Node does not end by itself: the tests would go on, seen by nobody.
 */
export async function endingOnHangup<T>(work: () => Promise<T>): Promise<T> {
  const end = () => process.exit(exitCodes.sighup);
  process.on('SIGHUP', end);
  try {
    return await work();
  } finally {
    process.off('SIGHUP', end);
  }
}

/** Judges the checks of a step when it has ended. */
import type { CheckRecord } from '../evidence/schema.ts';
import { judgeCheck } from '../judge.ts';
import type { Check } from '../schema/check.ts';
import { contextNow, type Session } from './session.ts';

/** A check of another cell of the matrix is not listed here at all: it is not about this cell. */
export const isAbout = (
  session: { cluster: Pick<Session['cluster'], 'proxyMode'> },
  about: Pick<Check, 'when'>,
) => about.when === undefined || about.when.proxyMode === session.cluster.proxyMode;

export async function judgeChecks(session: Session, step: string, checks: readonly Check[]): Promise<void> {
  const context = contextNow(session);
  for (const check of checks) {
    if (!isAbout(session, check)) continue;
    const { id, claim, scope } = check;
    const record: CheckRecord = { id, step, claim, scope, ...(await judgeCheck(check, context)) };
    session.checks.push(record);
    session.report({ type: 'check', record });
  }
}

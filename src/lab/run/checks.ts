/** Judges the checks of a step when it has ended. */
import type { CheckRecord } from '../evidence/schema.ts';
import { judgeCheck } from '../judge.ts';
import { isAbout } from '../schema/cell.ts';
import type { Check } from '../schema/check.ts';
import { contextNow, type Session } from './session.ts';

/** A check of another cell of the matrix is not listed here at all: it is not about this cell. */
export async function judgeChecks(session: Session, step: string, checks: readonly Check[]): Promise<void> {
  const context = contextNow(session);
  for (const check of checks) {
    if (!isAbout(check, session.cluster)) continue;
    const { id, claim, scope } = check;
    const record: CheckRecord = { id, step, claim, scope, ...(await judgeCheck(check, context)) };
    session.checks.push(record);
    session.report({ type: 'check', record });
  }
}

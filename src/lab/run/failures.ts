/** Removals that failed, told together at the end. */
import { CleanupError } from '../../host/errors.ts';

/** What can't be removed must not keep the rest here. */
export function collectFailures() {
  const failures: CleanupError[] = [];
  return {
    async collect(work: () => Promise<void>): Promise<void> {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof CleanupError)) throw error;
        failures.push(error);
      }
    },
    throwAll(): void {
      const [first] = failures;
      if (first === undefined) return;
      const message = failures.map((failure) => failure.message).join('\n');
      const left = failures.flatMap((failure) => failure.left);
      throw new CleanupError(message, left, { cause: first, remedy: first.remedy });
    },
  };
}

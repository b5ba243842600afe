/** Removals that failed, told together at the end. */
import { CleanupError } from '../../host/errors.ts';

/** What can't be removed must not keep the rest here. */
export function collectFailures() {
  const failures: CleanupError[] = [];
  return {
    /** @throws whatever else ends the removals (Ctrl-C, a folder that can't be read), with all that failed before it */
    async collect(work: () => Promise<void>): Promise<void> {
      try {
        await work();
      } catch (error) {
        if (error instanceof CleanupError) failures.push(error);
        else throw failures.length === 0 ? error : together([...failures, error as Error], error);
      }
    },
    throwAll(): void {
      if (failures.length > 0) throw together(failures, failures[0]);
    },
  };
}

function together(errors: readonly Error[], cause: unknown): CleanupError {
  const removals = errors.filter((error) => error instanceof CleanupError);
  const message = errors.map((error) => error.message).join('\n');
  const left = removals.flatMap((removal) => removal.left);
  const [first] = removals;
  return new CleanupError(message, left, { cause, ...(first === undefined ? {} : { remedy: first.remedy }) });
}

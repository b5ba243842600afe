/** What the host layer tells whoever watches: small tasks with a beginning and an end. */

export type TaskOutcome = 'done' | 'failed';

export type HostEvent =
  | { readonly type: 'task-start'; readonly id: string; readonly label: string }
  | { readonly type: 'task-progress'; readonly id: string; readonly detail: string }
  | {
      readonly type: 'task-end';
      readonly id: string;
      readonly label: string;
      readonly outcome: TaskOutcome;
      readonly durationMs: number;
      readonly detail?: string;
    }
  | { readonly type: 'note'; readonly text: string };

export type Notify = (event: HostEvent) => void;

/** Tells the rest of a running task how far it is. */
export type Progress = (detail: string) => void;

/** Runs `work` between a `task-start` and a `task-end` event, which has the detail that `describe` makes of the result. */
export async function task<T>(
  notify: Notify,
  id: string,
  label: string,
  work: (progress: Progress) => Promise<T>,
  describe: (result: T) => string | undefined = () => undefined,
): Promise<T> {
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  notify({ type: 'task-start', id, label });
  try {
    const result = await work((detail) => notify({ type: 'task-progress', id, detail }));
    const detail = describe(result);
    const end = { type: 'task-end', id, label, outcome: 'done', durationMs: elapsed() } as const;
    notify(detail === undefined ? end : { ...end, detail });
    return result;
  } catch (error) {
    notify({ type: 'task-end', id, label, outcome: 'failed', durationMs: elapsed() });
    throw error;
  }
}

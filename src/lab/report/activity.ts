/** What is going on right now, for a spinner or for a sign of life in a log file. */
import type { LabEvent } from '../events.ts';

export interface Activity {
  readonly label: string;
  readonly detail: string;
  /** As `performance.now()` counts. */
  readonly startedAt: number;
}

/** Follows the events; the map is in the order in which the activities began. */
export function createActivities(now: () => number): {
  readonly running: ReadonlyMap<string, Activity>;
  follow(event: LabEvent): void;
} {
  const running = new Map<string, Activity>();
  const begin = (key: string, label: string) => running.set(key, { label, detail: '', startedAt: now() });
  return {
    running,
    follow(event) {
      switch (event.type) {
        case 'task-start':
          begin(`task ${event.id}`, event.label);
          break;
        case 'task-progress': {
          const task = running.get(`task ${event.id}`);
          if (task) running.set(`task ${event.id}`, { ...task, detail: event.detail });
          break;
        }
        case 'task-end':
          running.delete(`task ${event.id}`);
          break;
        case 'gate-start':
          begin(`gate ${event.id}`, `waiting until: ${event.claim}`);
          break;
        case 'gate':
          running.delete(`gate ${event.record.id}`);
          break;
        case 'command':
          begin('command', 'running');
          break;
        case 'output':
        case 'step-end':
          running.delete('command');
          break;
        case 'cell-end':
        case 'run-end':
          running.clear();
          break;
      }
    },
  };
}

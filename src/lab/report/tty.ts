/** For a person at a terminal: the text, and below it what is going on right now. */
import type { Reporter } from '../events.ts';
import { type Activity, createActivities } from './activity.ts';
import { formatDuration } from './format.ts';
import type { TextOptions } from './lines.ts';
import { createLive } from './live.ts';
import type { Output } from './output.ts';
import { createText } from './text.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;

export function createTtyReporter(
  output: Output,
  options: Omit<TextOptions, 'columns'>,
  now: () => number = () => performance.now(),
): Reporter {
  const text = createText({ ...options, columns: () => output.size().columns });
  const activities = createActivities(now);
  const live = createLive(output);
  let frame = 0;
  let held = false;

  const row = (activity: Activity) => {
    const took = formatDuration(now() - activity.startedAt);
    const words = [activity.label, activity.detail].filter(Boolean).join(': ');
    const room = output.size().columns - took.length - 8;
    const shown = words.length > room ? `${words.slice(0, Math.max(0, room - 1))}…` : words;
    return `  ${options.paint('cyan', frames[frame % frames.length] ?? '')} ${shown}  ${options.paint('dim', took)}`;
  };
  const rows = () => {
    if (held) return [];
    const running = [...activities.running.values()];
    const most = Math.max(1, output.size().rows - 4);
    const rest = running.length - most;
    return [...running.slice(0, most).map(row), ...(rest > 0 ? [`    … and ${rest} more`] : [])];
  };
  const timer = setInterval(() => {
    frame += 1;
    live.show([], rows());
  }, frameMs);
  timer.unref();

  return {
    report(event) {
      activities.follow(event);
      live.show(
        text(event).flatMap((line) => line.split('\n')),
        rows(),
      );
    },
    hold() {
      held = true;
      live.show([], []);
      return () => {
        held = false;
        live.show([], rows());
      };
    },
    close() {
      clearInterval(timer);
      live.show([], []);
    },
  };
}

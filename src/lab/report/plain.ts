/** For a log file or CI: the text without colours and without moving the cursor, and now and then a sign of life. */
import type { Reporter } from '../events.ts';
import { createActivities } from './activity.ts';
import { formatDuration } from './format.ts';
import type { TextOptions } from './lines.ts';
import type { Output } from './output.ts';
import { createText } from './text.ts';

/** What takes longer than this is named while it runs, and again after each `againMs`. */
const firstMs = 5_000;
const againMs = 30_000;

export function createPlainReporter(
  output: Output,
  options: Omit<TextOptions, 'columns'>,
  now: () => number = () => performance.now(),
): Reporter {
  // A log file has no width: a sentence that can be searched for stays on its line.
  const text = createText({ ...options, columns: () => Number.POSITIVE_INFINITY });
  const activities = createActivities(now);
  const named = new Map<string, number>();

  const tick = () => {
    for (const [key, { label, detail, startedAt }] of activities.running) {
      const last = named.get(key) ?? 0;
      const due = last > startedAt ? last + againMs : startedAt + firstMs;
      if (now() < due) continue;
      named.set(key, now());
      const words = [label, detail].filter(Boolean).join(': ');
      output.write(`  … ${words} (${formatDuration(now() - startedAt)})\n`);
    }
  };
  const timer = setInterval(tick, 1_000);
  timer.unref();

  return {
    report(event) {
      activities.follow(event);
      for (const line of text(event)) output.write(`${line}\n`);
    },
    hold: () => () => {},
    close: () => clearInterval(timer),
  };
}

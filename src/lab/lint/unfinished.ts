/** What `npm run new:chapter` leaves to its author. In a draft that is no error. */
import type { Finding } from './finding.ts';

export function unfinishedLines(file: string, text: string, draft: boolean): Finding[] {
  const severity = draft ? 'warning' : 'error';
  return text
    .split('\n')
    .flatMap((line, index) =>
      line.includes('TODO') ? [{ file, line: index + 1, severity, message: line.trim() } as const] : [],
    );
}

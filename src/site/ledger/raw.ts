/** The raw lines of one probe as a text file: a heading for each hop, one for each source, then the lines. */
import type { RecordedProbe } from './probe.ts';

/** Before the id of a hop. The element on the page finds its hop by it. */
export const hopHeading = '## ';

export function rawText(probe: string, { cell, traces }: RecordedProbe): string {
  const hops = traces.flatMap((trace) => trace.hops);
  const notes = traces.flatMap((trace) => trace.notes);
  return [
    `# ${cell.lab} ${probe}: the lines that the kernel and the tools printed, by hop`,
    `# kube-proxy in ${cell.on.proxyMode} mode, Kubernetes ${cell.on.kubernetes}, Linux ${cell.on.kernel}, recorded ${cell.recordedAt}`,
    ...hops.flatMap(({ id, place, evidence }) => [
      '',
      `${hopHeading}${id}`,
      `# ${place.name}`,
      ...evidence.flatMap(({ source, grade, lines }) => [
        `### ${source}${grade === undefined || grade === 'observed' ? '' : ` (${grade})`}`,
        ...lines.map((line) => line.trimEnd()),
      ]),
    ]),
    ...notes.flatMap(({ text, lines }) => [
      '',
      `${hopHeading}note`,
      `# ${text}`,
      ...lines.map((line) => line.trimEnd()),
    ]),
    '',
  ].join('\n');
}

/** What a page refers to in labs: steps, checks, faults, manifests. The build would fail too; this names the line. */
import type { Finding } from '../../lab/lint.ts';
import { didYouMean } from '../../lab/nearest.ts';
import { type Lab, walkSteps } from '../../lab/schema/lab.ts';
import { probesOf } from '../ledger/probe.ts';
import { lineAt, type Page } from './page.ts';

/** A check that a page cites: `03-nodeport/every-node-answers`. */
export interface Citation {
  readonly by: string;
  readonly file: string;
  readonly line: number;
}

export function citations({ file, text }: Page): Citation[] {
  return [...text.matchAll(/\b(?:by|refutedBy)="([^"]*)"/g)].flatMap((match) =>
    (match[1] ?? '')
      .split(/\s+/)
      .filter(Boolean)
      .map((by) => ({ by, file, line: lineAt(text, match.index) })),
  );
}

export function unknownCitations(page: Page, labs: ReadonlyMap<string, Lab>): Finding[] {
  return citations(page).flatMap(({ by, file, line }) => {
    const [id = '', check = ''] = by.split('/');
    const lab = labs.get(id);
    if (lab === undefined) return [{ file, line, severity: 'error', message: `"${by}" names no lab` }];
    const known = [...checkIds(lab), ...lab.faults.map((fault) => fault.id)];
    if (known.includes(check)) return [];
    const message = `${id} has no check or fault "${check}"${didYouMean(check, known)}`;
    return [{ file, line, severity: 'error', message }];
  });
}

export function checkIds(lab: Lab): string[] {
  return [...walkSteps(lab.steps)].flatMap(({ step }) => step.checks.map(({ id }) => id));
}

/** Attributes that name a part of the page's lab, and what the lab has. */
const parts: readonly { element: RegExp; what: string; known: (lab: Lab) => string[] }[] = [
  {
    element: /<(?:Run|Command|Output)\b[^>]*?\bstep="([^"]*)"/g,
    what: 'step',
    known: (lab) => [...walkSteps(lab.steps)].map(({ step }) => step.id),
  },
  {
    element: /<Drill\b[^>]*?\bfault="([^"]*)"/g,
    what: 'fault',
    known: (lab) => lab.faults.map(({ id }) => id),
  },
  { element: /<(?:Ledger|AtHop)\b[^>]*?\bprobe="([^"]*)"/g, what: 'trace', known: probesOf },
];

export function unknownParts({ file, text, lab: id }: Page, labs: ReadonlyMap<string, Lab>): Finding[] {
  return parts.flatMap(({ element, what, known }) =>
    [...text.matchAll(element)].flatMap((match): Finding[] => {
      const named = /\blab="([^"]*)"/.exec(match[0])?.[1] ?? id;
      const lab = named === undefined ? undefined : labs.get(named);
      const line = lineAt(text, match.index);
      if (lab === undefined) {
        return [{ file, line, severity: 'error', message: `names a ${what}, but no lab that there is` }];
      }
      const name = match[1] ?? '';
      if (known(lab).includes(name)) return [];
      const message = `${lab.id} has no ${what} "${name}"${didYouMean(name, known(lab))}`;
      return [{ file, line, severity: 'error', message }];
    }),
  );
}

/** A misconception without a check that refutes it is only another opinion. */
export function unrefuted({ file, text }: Page): Finding[] {
  return [...text.matchAll(/<Misconception\b[^>]*>/g)]
    .filter(([element]) => !/\brefutedBy="[^"]+"/.test(element))
    .map(({ index }) => ({
      file,
      line: lineAt(text, index),
      severity: 'error',
      message: 'a misconception needs the check that refutes it: refutedBy="LAB/CHECK"',
    }));
}

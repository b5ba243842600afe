/** What a page refers to in labs: steps, checks, faults, traces. The build would fail too; this names the line. */
import type { Finding } from '../../lab/lint.ts';
import { didYouMean } from '../../lab/nearest.ts';
import { type Lab, walkSteps } from '../../lab/schema/lab.ts';
import { probesOf } from '../ledger/probe.ts';
import { elementsOf } from './element.ts';
import { lineAt, type Page } from './page.ts';

/** By id, each that has a folder; undefined when it can't be loaded, which src/lab/lint.ts reports. */
export type Labs = ReadonlyMap<string, Lab | undefined>;

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

export function unknownCitations(page: Page, labs: Labs): Finding[] {
  return citations(page).flatMap(({ by, file, line }) => {
    const [id = '', check = ''] = by.split('/');
    const lab = labs.get(id);
    if (!labs.has(id)) return [{ file, line, severity: 'error', message: `"${by}" names no lab` }];
    if (lab === undefined) return [];
    const known = [...checkIds(lab), ...lab.faults.map((fault) => fault.id)];
    if (known.includes(check)) return [];
    const message = `${id} has no check or fault "${check}"${didYouMean(check, known)}`;
    return [{ file, line, severity: 'error', message }];
  });
}

export function checkIds(lab: Lab): string[] {
  return [...walkSteps(lab.steps)].flatMap(({ step }) => step.checks.map(({ id }) => id));
}

interface Part {
  readonly attribute: string;
  readonly what: string;
  readonly known: (lab: Lab) => string[];
}

const step = (attribute: string): Part => ({
  attribute,
  what: 'step',
  known: (lab) => [...walkSteps(lab.steps)].map(({ step }) => step.id),
});
const trace = (attribute: string): Part => ({ attribute, what: 'trace', known: probesOf });

/** Attributes that name a part of the page's lab, and what the lab has. */
const parts: Readonly<Record<string, readonly Part[]>> = {
  Run: [step('step')],
  Command: [step('step')],
  Output: [step('step')],
  Value: [step('at')],
  Rises: [step('before'), step('after')],
  Twin: [trace('step')],
  Ledger: [trace('probe')],
  AtHop: [trace('probe')],
  Drill: [{ attribute: 'fault', what: 'fault', known: (lab) => lab.faults.map(({ id }) => id) }],
};

export function unknownParts({ file, text, lab: own }: Page, labs: Labs): Finding[] {
  return elementsOf(text).flatMap(({ name: element, line, attributes }) =>
    (parts[element] ?? []).flatMap(({ attribute, what, known }): Finding[] => {
      const name = attributes[attribute];
      if (name === undefined) return [];
      const id = attributes.lab ?? own ?? '';
      if (!labs.has(id)) {
        return [{ file, line, severity: 'error', message: `names a ${what}, but no lab that there is` }];
      }
      const lab = labs.get(id);
      if (lab === undefined) return [];
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

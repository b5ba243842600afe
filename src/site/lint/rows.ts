/** Rows of a ledger that a page points at. The build would fail too; this names the line, and needs no build. */
import type { Finding } from '../../lab/lint.ts';
import { didYouMean } from '../../lab/nearest.ts';
import { EvidenceError } from '../evidence/error.ts';
import { onNetwork, type RecordedLab } from '../evidence/lab.ts';
import { findProbe, probesOf } from '../ledger/probe.ts';
import { ledgerView } from '../ledger/view.ts';
import { elementsOf } from './element.ts';
import type { Page } from './page.ts';

/** What a lab has recorded; undefined when there is nothing that a page could show, which has findings of its own. */
export type Recorded = (lab: string) => Promise<RecordedLab | undefined>;

export async function unknownRows({ file, text, lab: own }: Page, recorded: Recorded): Promise<Finding[]> {
  const findings = await Promise.all(
    pointers(text).map(async ({ lab, line, ...pointer }): Promise<Finding[]> => {
      const message = await problemOf(await recorded(lab ?? own ?? ''), pointer);
      return message === undefined ? [] : [{ file, line, severity: 'error', message }];
    }),
  );
  return findings.flat();
}

interface Row {
  readonly element: 'Ledger' | 'AtHop';
  readonly probe: string;
  readonly network: string | undefined;
  readonly row: string;
}

interface Pointer extends Row {
  readonly lab: string | undefined;
  readonly line: number;
}

/** `<AtHop hop>`, and the row that a `<Ledger at>` shows first. An element without a probe is another finding. */
function pointers(text: string): Pointer[] {
  return elementsOf(text).flatMap(({ name, line, attributes }) => {
    const { probe, hop, at, lab, network } = attributes;
    const row = hop ?? at;
    if ((name !== 'Ledger' && name !== 'AtHop') || probe === undefined || row === undefined) return [];
    return [{ element: name, probe, row, lab, network, line }];
  });
}

async function problemOf(
  recorded: RecordedLab | undefined,
  { element, probe, network, row }: Row,
): Promise<string | undefined> {
  if (recorded === undefined || recorded.cells.length === 0) return undefined;
  // A probe that the lab does not have is found by its name, in references.ts.
  if (!probesOf(recorded.lab).includes(probe)) return undefined;
  try {
    const cells = findProbe(onNetwork(recorded, network), probe);
    // What a ledger shows first has to be in the mode that it shows first.
    const rows = (element === 'Ledger' ? cells.slice(0, 1) : cells).flatMap((cell) =>
      ledgerView(cell).rows.map(({ id }) => id),
    );
    if (rows.includes(row)) return undefined;
    return `"${probe}" has no row "${row}"${didYouMean(row, rows)}`;
  } catch (error) {
    if (error instanceof EvidenceError) return error.message;
    throw error;
  }
}

/** What <Value> shows: an address or a number out of the evidence, in a line of text. */
import { findValue } from '../evidence/find.ts';
import type { RecordedLab } from '../evidence/lab.ts';
import { highlight } from '../highlight/highlight.ts';
import { rolesOf } from '../highlight/roles.ts';
import { variants } from './variants.ts';

export interface InlineValue {
  /** kube-proxy's mode. */
  readonly cell: string;
  readonly html: string;
}

/** One, or one a mode where the recordings differ. */
export async function inlineValues(
  recorded: RecordedLab,
  { expr, at, cell }: { expr: string; at?: string | undefined; cell?: string | undefined },
): Promise<InlineValue[]> {
  const cells = recorded.cells.filter((one) => cell === undefined || one.cell === cell);
  const found = await Promise.all(
    cells.map(async (one) => ({ cell: one, text: await findValue(one, expr, at) })),
  );
  return Promise.all(
    variants(found).list.map(async ({ cell: one, text }) => ({
      cell: one.on.proxyMode,
      html: await highlight(text, 'text', rolesOf(one.facts)),
    })),
  );
}

/** What <Command> and <Output> show of a step. */
import { definedStep, findCommand, findStep } from '../evidence/find.ts';
import { networkOf, type RecordedLab } from '../evidence/lab.ts';
import { highlight } from '../highlight/highlight.ts';
import { languageOf } from '../highlight/highlighter.ts';
import { rolesOf } from '../highlight/roles.ts';
import { excerpt, type Selection } from './excerpt.ts';
import { placeOf } from './place.ts';
import { type Variants, variants } from './variants.ts';

export interface StepReference {
  readonly step: string;
  readonly cell?: string | undefined;
  /** Which of the step's commands; the first is 1. */
  readonly command?: number | undefined;
}

export interface Shown {
  /** kube-proxy's mode: the page shows one of them at a time. */
  readonly cell: string;
  readonly html: string;
  /** Lines that were cut. */
  readonly left: number;
  readonly exit: number;
  /** Long lines wrap: rules and entries. Tables keep their columns. */
  readonly wrapped: boolean;
}

export interface Block {
  readonly place: string | undefined;
  readonly shown: readonly Shown[];
  readonly difference: Variants['difference'];
  /** The mode, when only one of several recorded cells has this step. */
  readonly only: string | undefined;
  /** The pod network, where it is not kindnet. */
  readonly network: string | undefined;
}

export async function commandBlock(recorded: RecordedLab, reference: StepReference): Promise<Block> {
  return block(
    recorded,
    reference,
    (command) => ({ text: command.shown, left: 0 }),
    () => 'bash',
  );
}

export async function outputBlock(
  recorded: RecordedLab,
  reference: StepReference & Selection,
): Promise<Block> {
  return block(
    recorded,
    reference,
    (command) => excerpt(printed(command), reference),
    (command) => languageOf(command.shown),
  );
}

/** Standard output, then standard error. */
function printed({ out, err }: Recorded): string {
  return [out, err]
    .map((part) => part.trimEnd())
    .filter(Boolean)
    .join('\n');
}

type Recorded = ReturnType<typeof findCommand>;

async function block(
  recorded: RecordedLab,
  { step, cell, command = 1 }: StepReference,
  part: (command: Recorded) => { text: string; left: number },
  language: (command: Recorded) => ReturnType<typeof languageOf> | 'bash',
): Promise<Block> {
  const found = findStep(recorded, step, cell).map((one) => {
    const record = findCommand(one, command);
    return { ...one, record, ...part(record) };
  });
  const { list, difference } = variants(found);
  const shown = await Promise.all(
    found
      .filter((one) => list.some((variant) => variant.cell === one.cell))
      .map(async ({ cell: { on, facts }, record, text, left }) => ({
        cell: on.proxyMode,
        html: asLines(await highlight(text, language(record), rolesOf(facts))),
        left,
        exit: record.exit,
        wrapped: ['bash', 'iptables', 'conntrack'].includes(language(record)),
      })),
  );
  const networks = new Set(found.map((one) => networkOf(one.cell)).filter((name) => name !== 'kindnet'));
  const lonely = cell === undefined && found.length === 1 && recorded.cells.length > 1;
  return {
    place: placeOf(definedStep(recorded.lab, step, found[0]?.cell), command),
    shown,
    difference,
    only: lonely ? found[0]?.cell.on.proxyMode : undefined,
    network: networks.size === 0 ? undefined : [...networks].join(', '),
  };
}

/** Highlighting never spans lines, so each can be a block of its own. The line break stays, for copying. */
function asLines(html: string): string {
  if (html === '') return '';
  return html
    .split('\n')
    .map((line) => `<span class="hop-l">${line}\n</span>`)
    .join('');
}

/** What a component knows of the page it stands on. */
import type { AstroGlobal } from 'astro';
import { EvidenceError } from './evidence/error.ts';
import { onNetwork, type RecordedLab, recordedLab, type Stage } from './evidence/lab.ts';
import type { Proof } from './model/proof.ts';

/**
 * @param lab of the component; without it, the page's own.
 * @param network whose recordings count: a pod network, without a name the first of the lab's matrix, or `all`.
 */
export async function pageLab(
  astro: AstroGlobal,
  lab: string | undefined,
  network?: string,
): Promise<RecordedLab> {
  const { data } = astro.locals.starlightRoute.entry;
  const id = lab ?? data.lab;
  if (id === undefined)
    throw new EvidenceError('the page has no `lab` in its frontmatter, and the component names none');
  const recorded = await recordedLab(id, pageStage(astro));
  return network === 'all' ? recorded : onNetwork(recorded, network);
}

export function pageStage(astro: AstroGlobal): Stage {
  return astro.locals.starlightRoute.entry.data.draft ? 'draft' : 'published';
}

/** Runs `work`; an error names the page and the component, since Astro shows neither line nor file of MDX. */
export async function onPage<T>(astro: AstroGlobal, component: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.message.startsWith('content/docs')) throw error;
    const { filePath = astro.url.pathname } = astro.locals.starlightRoute.entry;
    throw new EvidenceError(`${filePath}: ${component}: ${error.message}`, { cause: error });
  }
}

/** What a mark opens. */
export interface OpenedProof {
  readonly id: string;
  readonly told: Proof;
}

const opened = new WeakMap<object, Map<string, OpenedProof>>();

/**
 * Says that a mark of this page opens a proof, and gives the id of the element that Proofs.astro makes for it: one,
 * however many marks open the same.
 *
 * @param key what tells one proof from another: the check and, where it is told of one pod network only, that
 */
export function openedByMark(astro: AstroGlobal, key: string, told: Proof): string {
  const ofPage = proofsByKey(astro);
  const known = ofPage.get(key);
  if (known !== undefined) return known.id;
  const id = uniqueId(astro, `proof-${told.by.split('/').at(-1)}`);
  ofPage.set(key, { id, told });
  return id;
}

/** What the marks of this page open, as far as they have been rendered. */
export const proofsOnPage = (astro: AstroGlobal): readonly OpenedProof[] => [...proofsByKey(astro).values()];

function proofsByKey({ locals: { starlightRoute } }: AstroGlobal): Map<string, OpenedProof> {
  const ofPage = opened.get(starlightRoute) ?? new Map<string, OpenedProof>();
  opened.set(starlightRoute, ofPage);
  return ofPage;
}

const counts = new WeakMap<object, Map<string, number>>();

/** An id that no other element of this page has: the prefix, numbered where it comes again. */
export function uniqueId(astro: AstroGlobal, prefix: string): string {
  const { starlightRoute } = astro.locals;
  const ofPage = counts.get(starlightRoute) ?? new Map<string, number>();
  counts.set(starlightRoute, ofPage);
  const count = (ofPage.get(prefix) ?? 0) + 1;
  ofPage.set(prefix, count);
  return count === 1 ? prefix : `${prefix}-${count}`;
}

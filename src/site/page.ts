/** What a component knows of the page it stands on. */
import type { AstroGlobal } from 'astro';
import { EvidenceError } from './evidence/error.ts';
import { onNetwork, type RecordedLab, recordedLab, type Stage } from './evidence/lab.ts';

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

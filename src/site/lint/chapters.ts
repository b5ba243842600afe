/** Chapters against labs, both ways. What a lab lacks by itself is found by src/lab/lint.ts. */
import { type Finding, formatFinding, unfinishedLines } from '../../lab/lint.ts';
import { listLabs, loadLab } from '../../lab/load.ts';
import { type RecordedLab, readRecordedLab } from '../evidence/lab.ts';
import { unknownManifests } from './manifests.ts';
import { chapterId, type Page, readPages } from './page.ts';
import { bareParagraphs } from './paragraphs.ts';
import { checkIds, citations, type Labs, unknownCitations, unknownParts, unrefuted } from './references.ts';
import { type Recorded, unknownRows } from './rows.ts';
import { typedIn } from './typed.ts';

export { type Finding, formatFinding };

/**
 * Errors: typed-in output or addresses, references to what no lab has or recorded, a chapter without its lab, one of the
 * two published and the other a draft, a TODO that is published. Warnings: checks that no page cites, a draft's TODOs.
 */
export async function lintChapters(projectRoot: string): Promise<Finding[]> {
  const pages = await readPages(projectRoot);
  const labs = await loadLabs(projectRoot);
  const recorded = recordedLabs(projectRoot);
  const rows = await Promise.all(pages.map((page) => unknownRows(page, recorded)));
  const manifests = await Promise.all(pages.map((page) => unknownManifests(page, projectRoot)));
  return [
    ...pages.flatMap((page) => [
      ...unfinishedLines(page.file, page.text, page.draft),
      ...typedIn(page),
      ...bareParagraphs(page),
      ...ownLab(page, labs),
      ...unknownCitations(page, labs),
      ...unknownParts(page, labs),
      ...unrefuted(page),
    ]),
    ...rows.flat(),
    ...manifests.flat(),
    ...uncited(pages, labs),
  ];
}

/** A lab that can't be loaded is reported by src/lab/lint.ts, once: no page is to blame for it. */
async function loadLabs(projectRoot: string): Promise<Labs> {
  const ids = await listLabs(projectRoot);
  const labs = ids.map(async (id) => [id, await loadLab(projectRoot, id).catch(() => undefined)] as const);
  return new Map(await Promise.all(labs));
}

/** Each lab's recordings are read once. Those that can't be shown are reported by src/lab/lint.ts. */
function recordedLabs(projectRoot: string): Recorded {
  const read = new Map<string, Promise<RecordedLab | undefined>>();
  return (id) => {
    const promise = read.get(id) ?? readRecordedLab(projectRoot, id, 'draft').catch(() => undefined);
    read.set(id, promise);
    return promise;
  };
}

function ownLab(page: Page, labs: Labs): Finding[] {
  const id = chapterId(page);
  const finding = (message: string): Finding => ({ file: page.file, line: 1, severity: 'error', message });
  if (id === undefined) return [];
  if (page.lab !== id) return [finding(`a chapter names its lab: add \`lab: ${id}\` to the frontmatter`)];
  if (!labs.has(id)) return [finding(`there is no lab ${id}`)];
  const lab = labs.get(id);
  if (lab === undefined) return [];
  if (lab.draft && !page.draft) {
    return [
      finding('the lab is a draft: add `draft: true` here, or take it out of lab.ts when it is recorded'),
    ];
  }
  // A translation may be a draft for longer.
  if (page.draft && !lab.draft && page.file.startsWith(`content/docs/${id}.`)) {
    return [
      finding(
        'the page is a draft, so the site leaves it out: take `draft: true` out, or add it to lab.ts, too',
      ),
    ];
  }
  return [];
}

/** A claim that nobody cites is proved in vain. Drafts are still being written. */
function uncited(pages: readonly Page[], labs: Labs): Finding[] {
  const cited = new Set(pages.flatMap((page) => citations(page)).map(({ by }) => by));
  return [...labs.values()]
    .filter((lab) => lab !== undefined)
    .filter((lab) => !lab.draft)
    .flatMap((lab) =>
      [...new Set(checkIds(lab))]
        .filter((id) => !cited.has(`${lab.id}/${id}`))
        .map(
          (id): Finding => ({
            file: `content/docs/${lab.id}.mdx`,
            severity: 'warning',
            message: `no page cites the check ${lab.id}/${id}`,
          }),
        ),
    );
}

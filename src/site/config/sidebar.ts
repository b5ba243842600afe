/** The order in which the site is read. Chapters sort into parts by their number. */
import type { StarlightPlugin, StarlightUserConfig } from '@astrojs/starlight/types';
import { type Chapter, readChapters } from './chapters.ts';

type Sidebar = NonNullable<StarlightUserConfig['sidebar']>;

/** Each part goes up to the next one's first number. */
const parts = [
  { from: 0, label: 'The map' },
  { from: 1, label: 'Inside' },
  { from: 3, label: 'Getting in' },
  { from: 6, label: 'The front door' },
  { from: 11, label: 'What changes the path' },
  { from: 16, label: 'Debugging' },
  { from: 18, label: 'More' },
  { from: 99, label: 'The whole journey' },
] as const;

export function sidebarOf(chapters: readonly Chapter[]): Sidebar {
  const groups = parts.flatMap(({ from, label }, index) => {
    const until = parts[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const items = chapters
      .filter(({ number }) => number >= from && number < until)
      .map(({ slug, title }) => ({ slug, label: `${slug.slice(0, 2)} · ${title}` }));
    return items.length === 0 ? [] : [{ label, items }];
  });
  return [
    { slug: 'index', label: 'Start' },
    ...groups,
    // Behind the chapters, so that those lead to one another; the front page has a door of its own to it.
    { slug: 'symptoms' },
    { label: 'About', items: [{ slug: 'how-it-is-made' }, { slug: 'words' }] },
  ];
}

/** A plugin, because only there it is known whether drafts are shown (they are while writing). */
export function sidebarPlugin(docs: string): StarlightPlugin {
  return {
    name: 'hop-sidebar',
    hooks: {
      'config:setup'({ command, updateConfig }) {
        const chapters = readChapters(docs).filter(({ draft }) => command === 'dev' || !draft);
        updateConfig({ sidebar: sidebarOf(chapters) });
      },
    },
  };
}

/** The built site: at the root and below a path, crawled, read without a browser, and opened in one. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LinkChecker } from 'linkinator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findAddresses } from '../../src/site/lint/addresses.ts';
import { traceJsonSchema } from '../../src/trace/json-schema.ts';
import { traceSchema } from '../../src/trace/trace.ts';
import { describeInBrowser } from './browser.ts';
import { type BuiltSite, buildSite, projectRoot, publishedChapters } from './build.ts';
import { serve } from './serve.ts';

const atRoot = 'https://hop.example/';
const belowPath = 'https://example.github.io/hop/';
const sites = new Map<string, BuiltSite>();

beforeAll(async () => {
  // One after the other: both write Astro's cache.
  for (const siteUrl of [atRoot, belowPath]) sites.set(siteUrl, await buildSite({ siteUrl }));
});

afterAll(async () => {
  for (const { root } of sites.values()) await rm(root, { recursive: true, force: true });
});

function site(siteUrl: string): BuiltSite {
  const built = sites.get(siteUrl);
  if (built === undefined) throw new Error(`${siteUrl} was not built`);
  return built;
}

describe.each([atRoot, belowPath])('built for %s', (siteUrl) => {
  const read = (path: string) => readFile(join(site(siteUrl).root, site(siteUrl).base, path), 'utf8');

  test('every internal link leads somewhere, to the part of the page that it names', async () => {
    const { root, base } = site(siteUrl);
    const server = await serve(root, base);
    try {
      const { links } = await new LinkChecker().check({
        path: `${server.url}${base}`,
        recurse: true,
        checkFragments: true,
        // Other people's sites are another question than ours.
        linksToSkip: async (link) => !link.startsWith(server.url),
      });
      const broken = links.filter(({ state }) => state === 'BROKEN');
      expect(broken.map(({ url, parent }) => `${parent} → ${url}`)).toEqual([]);
      expect(links.filter(({ state }) => state === 'OK').length).toBeGreaterThan(10);
    } finally {
      await server.close();
    }
  });

  test('the sitemap and canonical links name the address of the site', async () => {
    expect(await read('sitemap-0.xml')).toContain(`<loc>${siteUrl}03-nodeport/</loc>`);
    expect(await read('03-nodeport/index.html')).toContain(
      `<link rel="canonical" href="${siteUrl}03-nodeport/"`,
    );
  });

  test('there is a page for what is not there, and a search index', async () => {
    expect(await read('404.html')).toContain('There is no such page');
    expect(await readdir(join(site(siteUrl).root, site(siteUrl).base, 'pagefind'))).toContain('pagefind.js');
  });
});

describe.each(publishedChapters)('the chapter %s', (slug) => {
  const html = () => readFile(join(site(atRoot).root, slug, 'index.html'), 'utf8');
  const written = () => readFile(join(projectRoot, 'content/docs', `${slug}.mdx`), 'utf8');

  test('shows no address that is not in the evidence of the labs that it names', async () => {
    const labs = new Set((await written()).match(/\b\d\d-[a-z0-9-]+\b/g));
    const recorded = new Set((await Promise.all([...labs].map(addressesOf))).flat());
    const visible = (await html())
      .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
      .replaceAll(/<[^>]+>/g, ' ');
    const shown = new Set(findAddresses(visible).map(({ text }) => text));
    expect(shown.size).toBeGreaterThan(5);
    expect([...shown].filter((address) => !recorded.has(address))).toEqual([]);
  });

  test('has once what each of its marks opens', async () => {
    const page = await html();
    const wanted = [...page.matchAll(/ popovertarget="(proof-[^"]+)"/g)].map(([, id]) => id);
    const there = [...page.matchAll(/<[^>]+ id="(proof-[^"]+)"/g)].map(([, id]) => id);
    expect(there.length).toBeGreaterThan(20);
    expect([...there].sort()).toEqual([...new Set(wanted)].sort());
  });

  test('brings its diagrams as SVG with title and description, and no mermaid', async () => {
    const page = await html();
    const drawn = (await written()).match(/^ *```mermaid$/gm) ?? [];
    expect(page.match(/<svg[^>]*id="diagram-[^>]*role="img"/g) ?? []).toHaveLength(drawn.length);
    expect(page.match(/<desc id="chart-desc-diagram-/g) ?? []).toHaveLength(drawn.length);
    const assets = join(site(atRoot).root, '_astro');
    const scripts = (await readdir(assets)).filter((file) => file.endsWith('.js'));
    const texts = await Promise.all(scripts.map((file) => readFile(join(assets, file), 'utf8')));
    expect(texts.filter((text) => /mermaid|jsdom/i.test(text))).toEqual([]);
  });

  test('has its traces and their raw lines beside it, valid by the schema that is published', async () => {
    const root = site(atRoot).root;
    const schema = JSON.parse(await readFile(join(root, 'schema/trace-1.json'), 'utf8'));
    expect(schema).toEqual(JSON.parse(JSON.stringify(traceJsonSchema())));
    const folder = join(root, 'evidence', slug);
    const files = await readdir(folder);
    const traces = files.filter((file) => file.endsWith('.json'));
    expect(traces.length).toBeGreaterThan(0);
    for (const file of traces) {
      const recorded = z.array(traceSchema).parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
      const raw = await readFile(join(folder, file.replace(/json$/, 'txt')), 'utf8');
      for (const { id } of recorded.flatMap(({ hops }) => hops)) expect(raw).toContain(`\n## ${id}\n`);
    }
  });

  test('says on what and when it was recorded', async () => {
    expect(await html()).toMatch(
      /\d+ checks passed<\/strong>\s*on \w+ \d+, \d{4}, with Kubernetes v1\.\d+\.\d+/,
    );
  });
});

/** All that a lab has recorded, in all its cells; none for what only looks like the name of one. */
async function addressesOf(lab: string): Promise<string[]> {
  const folder = join(projectRoot, 'labs', lab, 'evidence');
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap(stringsIn).flatMap((text) => findAddresses(text).map(({ text: address }) => address));
}

/** As they were before JSON wrote them: in `\\n10.244.1.2` no address can be seen. */
function stringsIn(json: string): string[] {
  const strings: string[] = [];
  JSON.parse(json, (_, value) => {
    if (typeof value === 'string') strings.push(value);
    return value;
  });
  return strings;
}

describeInBrowser(() => site(belowPath));

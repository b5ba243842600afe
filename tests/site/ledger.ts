/** The ledger in a browser: stepped through by keys and buttons, linked to, switched, and read without JavaScript. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findings } from './axe.ts';
import type { BuiltSite } from './build.ts';
import { devices } from './chromium.ts';

/** Opens a page of the site in a browser of its own. */
export type Visit = (
  options: BrowserContextOptions,
  path: string,
  work: (page: Page) => Promise<void>,
) => Promise<void>;

const chapter = '03-nodeport/';
const dnat = 'trace-other-node.forward.entry-node.prerouting.dnat';

const ledger = (page: Page, probe = 'trace-other-node'): Locator =>
  page.locator(`hop-ledger[data-probe="${probe}"]`);
const shown = (of: Locator): Locator => of.locator('[data-row].is-current:visible');
const position = (of: Locator): Locator => of.locator('[data-position]:visible');
const step = (of: Locator, to: 'back' | 'next'): Locator => of.locator(`[data-step="${to}"]:visible`);

export function describeLedger(site: () => BuiltSite, visit: Visit): void {
  describe('the ledger', () => {
    test('keys step through all rows, and each has one stop lit in the picture', async () => {
      await visit(devices.desktop, chapter, async (page) => {
        const one = ledger(page);
        await step(one, 'next').focus();
        const seen: string[] = [];
        for (let at = 0; at < 11; at += 1) {
          seen.push((await shown(one).getAttribute('data-row')) ?? '');
          expect(await one.locator('.stop.is-current:visible').count()).toBe(1);
          await page.keyboard.press('ArrowRight');
        }
        expect(new Set(seen).size).toBe(11);
        expect(await position(one).textContent()).toBe('11 of 11');
        await page.keyboard.press('Home');
        expect(await position(one).textContent()).toBe('1 of 11');
        await page.keyboard.press('End');
        await page.keyboard.press('ArrowLeft');
        expect(await position(one).textContent()).toBe('10 of 11');
      });
    });

    test('in the picture the arrows go from stop to stop, and the focus with them', async () => {
      await visit(devices.desktop, chapter, async (page) => {
        const one = ledger(page);
        await one.locator('.stop.is-current:visible').focus();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        const focused = await page.evaluate('document.activeElement.getAttribute("href")');
        expect(focused).toBe(`#${dnat}`);
        // One stop is in the order of the tab key, not eleven.
        expect(await one.locator('.stop[tabindex="0"]:visible').count()).toBe(1);
      });
    });

    test('a step says where it is, keeps the page still, and leaves no trail in the history', async () => {
      await visit(devices.phone, chapter, async (page) => {
        const one = ledger(page);
        await step(one, 'next').scrollIntoViewIfNeeded();
        const before = await page.evaluate('[scrollY, history.length]');
        const top = await step(one, 'next').boundingBox();
        for (let times = 0; times < 2; times += 1) await step(one, 'next').click();
        expect(await page.evaluate('[scrollY, history.length]')).toEqual(before);
        expect(await step(one, 'next').boundingBox()).toEqual(top);
        expect(await page.evaluate('decodeURIComponent(location.hash)')).toBe(`#${dnat}`);
        expect(await one.locator('[data-said]').textContent()).toMatch(
          /^3 of 11: worker prerouting, .*DNAT by/,
        );
      });
    });

    test.each(Object.entries(devices))(
      'a link to a hop shows it on a %s, and it stays in the other mode',
      async (_, device) => {
        await visit(device, `${chapter}#${dnat}`, async (page) => {
          const one = ledger(page);
          expect(await shown(one).getAttribute('id')).toBe(dnat);
          expect(await shown(one).locator('.hop-ledger-field.is-changed').count()).toBe(1);
          // Picture and row together.
          for (const part of [
            one.locator('.stop.is-current:visible'),
            shown(one).locator('.hop-ledger-what'),
          ]) {
            await expect.poll(() => inView(part)).toBe(true);
          }
          await one.locator('.hop-modes [value="nftables"]').click();
          expect(await shown(one).getAttribute('id')).toBe(`${dnat}@nftables`);
          expect(await shown(one).textContent()).toContain('In iptables mode: DNAT by KUBE-SEP-');
        });
      },
    );

    test('a link in the text leads to its hop, and into the answer of a drill', async () => {
      await visit(devices.phone, chapter, async (page) => {
        await page.locator(`a.hop-at[href="#${dnat}"]`).first().click();
        expect(await shown(ledger(page)).getAttribute('id')).toBe(dnat);
        const refusal = 'fault-first-refusal.reply.entry-node.output.sent';
        await page.locator(`a.hop-at[href="#${refusal}"]`).first().click();
        expect(await shown(ledger(page, 'fault-first-refusal')).getAttribute('id')).toBe(refusal);
      });
    });

    test('the raw lines of a hop are fetched when they are asked for', async () => {
      await visit(devices.desktop, chapter, async (page) => {
        const fetched: string[] = [];
        page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
        const one = ledger(page);
        await step(one, 'next').click();
        expect(fetched).toEqual([]);
        await shown(one).locator('.hop-ledger-raw summary').click();
        await shown(one).locator('pre').waitFor();
        expect(await shown(one).locator('pre').textContent()).toMatch(/### nft-trace\ntrace id /);
        expect(fetched).toEqual([`${site().base}evidence/03-nodeport/trace-other-node.iptables.txt`]);
      });
    });

    test('the zoom goes from the cluster to the rules of a hook', async () => {
      await visit(devices.desktop, chapter, async (page) => {
        const one = ledger(page);
        await one.locator('.hop-zoom [value="cluster"]').click();
        await step(one, 'next').click();
        await step(one, 'next').click();
        expect(await shown(one).getAttribute('data-row')).toBe('forward.pod-node.forward.routed');
        await one.locator('.hop-zoom [value="hook"]').click();
        expect(await shown(one).locator('.hop-ledger-rules li:visible').count()).toBeGreaterThan(0);
        await step(one, 'back').click();
        expect(await shown(one).locator('.hop-ledger-rules li.is-deciding:visible').count()).toBe(1);
      });
    });

    test.each(['light', 'dark'] as const)('opened up, in %s, axe finds nothing', async (colorScheme) => {
      await visit({ ...devices.phone, colorScheme }, `${chapter}#${dnat}`, async (page) => {
        const one = ledger(page);
        for (const part of await shown(one).locator('summary').all()) await part.click();
        await shown(one).locator('pre').waitFor();
        expect(await findings(page)).toEqual([]);
        await one.locator('[data-all]:visible').click();
        for (const drill of await page.locator('.hop-drill > details:last-of-type > summary').all())
          await drill.click();
        expect(await findings(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(
          devices.phone.viewport.width,
        );
      });
    });

    test.each(Object.entries(devices))(
      'without JavaScript all rows of both modes can be read on a %s',
      async (_, device) => {
        await visit({ ...device, javaScriptEnabled: false }, chapter, async (page) => {
          const one = ledger(page);
          for (const mode of ['iptables', 'nftables']) {
            const rows = one.locator(`[data-ledger="${mode}"] [data-row]`);
            expect(await rows.count()).toBe(11);
            for (const row of await rows.all()) expect(await row.isVisible()).toBe(true);
          }
          expect(await one.locator('button').first().isVisible()).toBe(false);
          const { width } = device.viewport;
          for (const cell of await one.locator('[data-row] :is(td, th):visible').all()) {
            const box = await cell.boundingBox();
            expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
          }
        });
      },
    );

    test('its script and what a chapter’s ledgers add to the page are small', async () => {
      const root = join(site().root, site().base);
      const assets = await readdir(join(root, '_astro'));
      const scripts = assets.filter((name) => name.startsWith('Ledger') && name.endsWith('.js'));
      expect(scripts.length).toBeGreaterThan(0);
      const script = await Promise.all(scripts.map((name) => readFile(join(root, '_astro', name))));
      expect(gzipSync(Buffer.concat(script)).length).toBeLessThan(12 * 1024);
      for (const name of await readdir(root)) {
        if (!/^\d\d-/.test(name)) continue;
        const html = await readFile(join(root, name, 'index.html'), 'utf8');
        const ledgers = html.match(/<hop-ledger[\s\S]*?<\/hop-ledger>/g) ?? [];
        expect(gzipSync(ledgers.join('')).length, name).toBeLessThan(40 * 1024);
      }
    });
  });
}

async function inView(of: Locator): Promise<boolean> {
  const box = await of.boundingBox();
  const height = (await of.page().evaluate('innerHeight')) as number;
  return box !== null && box.y >= 0 && box.y + box.height <= height;
}

/** The site in a browser: readable for everybody, still, light, and working. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { type BuiltSite, publishedChapters } from './build.ts';
import { devices, missingChromium, withBrowser } from './chromium.ts';
import { describeLedger } from './ledger.ts';
import { type Server, serve } from './serve.ts';

const pages = [
  '',
  ...publishedChapters.map((slug) => `${slug}/`),
  'symptoms/',
  'how-it-is-made/',
  'words/',
  'no-such-page/',
];
const schemes = ['light', 'dark'] as const;

export function describeInBrowser(site: () => BuiltSite): void {
  if (missingChromium !== undefined) {
    test('there is a browser', () => expect.fail(missingChromium));
    return;
  }
  describe('in Chromium', () => {
    let server: Server;
    beforeAll(async () => {
      server = await serve(site().root, site().base);
    });
    afterAll(() => server?.close());

    const at = (path: string) => `${server.url}${site().base}${path}`;
    const visit = (options: BrowserContextOptions, path: string, work: (page: Page) => Promise<void>) =>
      withBrowser(options, async (context) => {
        const page = await context.newPage();
        await page.goto(at(path), { waitUntil: 'networkidle' });
        await work(page);
      });

    describe.each(Object.entries(devices))('on a %s', (_, device) => {
      test.each(schemes)(
        'in %s: axe finds nothing, nothing fails, nothing is wider than the screen',
        async (colorScheme) => {
          await withBrowser({ ...device, colorScheme }, async (context) => {
            for (const path of pages) {
              const page = await context.newPage();
              const errors: string[] = [];
              page.on('pageerror', (error) => errors.push(error.message));
              page.on('console', (message) => {
                // The browser itself reports the 404 that was asked for.
                if (message.type() === 'error' && path !== 'no-such-page/') errors.push(message.text());
              });
              await page.goto(at(path), { waitUntil: 'networkidle' });
              expect.soft(await findings(page), path).toEqual([]);
              expect.soft(errors, path).toEqual([]);
              const width = await page.evaluate('document.documentElement.scrollWidth');
              expect.soft(width, path).toBe(device.viewport.width);
              await page.close();
            }
          });
        },
      );

      test.each(['', '#trace-own-node.reply.pod.output.sent'])(
        'nothing moves while the chapter loads (%s)',
        async (hash) => {
          await withBrowser(device, async (context) => {
            await context.addInitScript(watchShifts);
            const page = await context.newPage();
            await page.goto(at(`03-nodeport/${hash}`), { waitUntil: 'networkidle' });
            expect(await page.evaluate('window.shifts')).toEqual([]);
          });
        },
      );

      test.each(['<div class="main-pane', '<div class="sl-heading-wrapper'])(
        'nothing moves when the page has come up to %s, is drawn, and its rest and its fonts come later',
        async (text) => {
          await withBrowser(device, async (context) => {
            await context.addInitScript(watchShifts);
            for (const path of pages.slice(0, -1)) {
              const page = await context.newPage();
              // Fonts of the page before would be there at once.
              await (await context.newCDPSession(page)).send('Network.setCacheDisabled', {
                cacheDisabled: true,
              });
              const sendRest = server.holdAt(text);
              try {
                await page.goto(at(path), { waitUntil: 'commit' });
                await page.waitForFunction('performance.getEntriesByType("paint").length > 0');
                // For up to 100 ms a browser hides text whose font has not come. A slow network takes longer.
                await page.waitForTimeout(300);
              } finally {
                sendRest();
              }
              await page.waitForLoadState('networkidle');
              expect.soft(await page.evaluate('window.shifts'), path).toEqual([]);
              await page.close();
            }
          });
        },
      );
    });

    describeLedger(site, visit);

    test('the switch changes the mode of the whole page, and is remembered', async () => {
      await visit(devices.desktop, '03-nodeport/', async (page) => {
        const shown = (cell: string) => page.locator(`.hop-block [data-cell="${cell}"]`).first().isVisible();
        expect([await shown('iptables'), await shown('nftables')]).toEqual([true, false]);
        await page.locator('.hop-modes button[value="nftables"]').first().click();
        expect([await shown('iptables'), await shown('nftables')]).toEqual([false, true]);
        await page.reload();
        expect([await shown('iptables'), await shown('nftables')]).toEqual([false, true]);
      });
    });

    test('a bet opens its answer and is remembered', async () => {
      await visit(devices.phone, '03-nodeport/', async (page) => {
        const bet = page.locator('.hop-bet').first();
        expect(await bet.locator('.hop-bet-answer').isVisible()).toBe(false);
        await bet.getByLabel('Yes').check();
        expect(await bet.locator('.hop-bet-answer').isVisible()).toBe(true);
        expect(await bet.locator('.hop-said').textContent()).toBe('You said: Yes.');
        await page.reload();
        expect(await bet.getByLabel('Yes').isChecked()).toBe(true);
      });
    });

    test('a mark opens the claim and what was seen', async () => {
      await visit(devices.phone, '03-nodeport/', async (page) => {
        await page.locator('.sl-markdown-content > p .hop-proof-mark').first().click();
        const proof = page.locator('.hop-proof:popover-open');
        expect(await proof.textContent()).toMatch(/Passed.*iptables.*nftables.*03-nodeport\//s);
        await page.keyboard.press('Escape');
        expect(await proof.count()).toBe(0);
      });
    });

    test('without JavaScript both modes, the answers and the hints can be read', async () => {
      await visit({ ...devices.phone, javaScriptEnabled: false }, '03-nodeport/', async (page) => {
        for (const cell of ['iptables', 'nftables']) {
          expect(await page.locator(`.hop-block [data-cell="${cell}"]`).first().isVisible()).toBe(true);
        }
        await page.locator('.hop-bet summary').first().click();
        expect(await page.locator('.hop-bet-answer').first().isVisible()).toBe(true);
        await page.locator('.hop-drill summary').first().click();
        expect(await page.locator('.hop-drill details[open]').count()).toBe(1);
        expect(await page.locator('.hop-copy').first().isVisible()).toBe(false);
      });
    });

    test.each(publishedChapters)('%s weighs less than 160 kB, fonts included', async (slug) => {
      server.takeSent();
      await visit(devices.phone, `${slug}/`, async () => undefined);
      // Starlight loads the core of its search when the browser is idle: before this line or after it.
      const sent = [...server.takeSent()]
        .filter(([path]) => !/\/ui-core\.[^/]*\.js$/.test(path))
        .map(([path, bytes]) => `${path} ${bytes}`);
      const total = sent.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
      console.log(`page weight: ${Math.round(total / 1024)} kB\n${sent.join('\n')}`);
      expect(total).toBeLessThan(160 * 1024);
    });
  });
}

/** Runs in the page: what moved without anybody having touched anything. */
const watchShifts = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput && entry.value > 0.001) {
        window.shifts.push({ value: entry.value, moved: entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80)) });
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

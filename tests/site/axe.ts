/** What axe finds on a page as it stands. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Without one of Starlight's own: its search button shows the key that opens it, and is not named after it. */
export async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .map(({ html }) => `${id}: ${html.slice(0, 200)}`)
      .filter((found) => !/^label-content-name-mismatch: .*data-open-modal/.test(found)),
  );
}

/** mermaid brings the styles of all its shapes with each diagram: keep those that this one uses. */
import { sentinelsToVariables } from './theme.ts';

/** Properties that matter only to HTML labels, which we don't use. */
const forHtml = /^(background-color|text-align|color|font-family)$/;

/**
 * @returns rules of low specificity (`:where(#id)`), so that the site's own stylesheet has the last word.
 */
export function usedStyles(svg: SVGElement): string {
  const css = [...svg.querySelectorAll('style')].map((style) => style.textContent ?? '').join('');
  const rules: string[] = [];
  for (const [, selectors = '', body = ''] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const used = selectors.split(',').filter((selector) => matchesIn(svg, selector.trim()));
    const declared = body
      .split(';')
      .map((declaration) => declaration.trim())
      .filter((declaration) => declaration !== '' && !forHtml.test(declaration.split(':')[0] ?? ''));
    if (used.length === 0 || declared.length === 0) continue;
    const lowered = used.map((selector) => selector.trim().replace(`#${svg.id}`, `:where(#${svg.id})`));
    rules.push(`${lowered.join(',')}{${declared.join(';')}}`);
  }
  return sentinelsToVariables(rules.join('\n'));
}

function matchesIn(svg: SVGElement, selector: string): boolean {
  if (!selector.startsWith(`#${svg.id}`)) return false;
  if (selector === `#${svg.id}`) return true;
  try {
    return svg.ownerDocument.querySelector(selector) !== null;
  } catch {
    // A selector that jsdom can't read can't be shown to be unused: keep it.
    return true;
  }
}

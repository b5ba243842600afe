/** Recorded text as HTML: tokens coloured by grammar, addresses by whose they are. */
import type { DecorationItem } from 'shiki';
import { highlighter, type Language } from './highlighter.ts';
import { type AddressRole, addressesIn } from './roles.ts';

/** @param roles whose addresses these are; each gets the same colour everywhere on the page. */
export async function highlight(
  text: string,
  language: Language,
  roles: ReadonlyMap<string, AddressRole> = new Map(),
): Promise<string> {
  const shiki = await highlighter();
  const decorations = addressesIn(text, roles).map(
    ({ start, end, address, role }): DecorationItem => ({
      start,
      end,
      properties: { class: `hop-address is-${role.kind}`, 'data-address': address, title: role.title },
      alwaysWrap: true,
      // An address has the colour of its role: no token in it has another.
      transform(address) {
        for (const token of address.children) if (token.type === 'element') delete token.properties.style;
      },
    }),
  );
  const html = shiki.codeToHtml(text, {
    lang: language,
    theme: 'hop',
    structure: 'inline',
    decorations,
    transformers: [
      {
        // Text in the block's own colour needs no span.
        span(node) {
          if (node.properties.style === 'color:var(--hop-code-text)') delete node.properties.style;
        },
      },
    ],
  });
  return html.replaceAll('<br>', '\n').replaceAll(/<span>([^<]*)<\/span>/g, '$1');
}

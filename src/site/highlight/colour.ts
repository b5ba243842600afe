/** Addresses in a text, coloured by whose they are; the rest stays plain. For what is too short for a grammar. */
import { escapeHtml } from '../html.ts';
import { type AddressRole, addressesIn } from './roles.ts';

export function colourAddresses(text: string, roles: ReadonlyMap<string, AddressRole>): string {
  let from = 0;
  let html = '';
  for (const { start, end, address, role } of addressesIn(text, roles)) {
    html += escapeHtml(text.slice(from, start));
    html += `<span class="hop-address is-${role.kind}" data-address="${escapeHtml(address)}" title="${escapeHtml(role.title)}">${escapeHtml(address)}</span>`;
    from = end;
  }
  return html + escapeHtml(text.slice(from));
}

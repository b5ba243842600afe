/// <reference lib="dom" />
/**
 * Steps through a ledger. The rows are in the page; this shows one of them at a time, lights its stop in the
 * picture, and keeps the address bar at it. All modes are kept at the same hop, so that the switch compares.
 */
import { linesOf } from './raw-lines.ts';

type Move = 'back' | 'next' | 'first' | 'last';

const keys: Readonly<Record<string, Move>> = {
  ArrowLeft: 'back',
  ArrowRight: 'next',
  Home: 'first',
  End: 'last',
};
/** In the picture, where the request goes down and the reply up. */
const keysInPicture: Readonly<Record<string, Move>> = { ...keys, ArrowUp: 'back', ArrowDown: 'next' };

class Ledger extends HTMLElement {
  readonly #cells = [...this.querySelectorAll<HTMLElement>('[data-ledger]')].map(readCell);

  connectedCallback(): void {
    this.addEventListener('click', (event) => this.#click(event));
    this.addEventListener('keydown', (event) => this.#key(event));
    // `toggle` does not bubble.
    this.addEventListener('toggle', ({ target }) => this.#toggled(target), true);
    window.addEventListener('hashchange', () => this.#followHash());
    const [first] = this.#cells;
    this.#show(first?.rows.find((row) => row.classList.contains('is-current'))?.dataset.row ?? '');
    this.#followHash();
  }

  get #shown(): Cell | undefined {
    return this.#cells.find(({ element }) => element.offsetParent !== null) ?? this.#cells[0];
  }

  #followHash(): void {
    const id = decodeURIComponent(location.hash.slice(1));
    const row = this.#cells.flatMap(({ rows }) => rows).find((one) => one.id === id);
    if (row === undefined) return;
    // In a drill it stands behind the answer.
    for (
      let around = this.closest('details');
      around !== null;
      around = around.parentElement?.closest('details') ?? null
    ) {
      around.open = true;
    }
    this.#show(row.dataset.row ?? '');
    this.#scrollHere();
    // Until the page has loaded, the browser keeps scrolling to the row itself, and the picture stays above.
    if (document.readyState !== 'complete')
      window.addEventListener('load', () => this.#scrollHere(), { once: true });
  }

  #scrollHere(): void {
    this.querySelector('.hop-ledger-head')?.scrollIntoView({ block: 'start', behavior: 'instant' });
  }

  #click(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const stop = event.target.closest<SVGAElement>('a.stop');
    if (stop !== null) {
      // Another tab or window gets the link as it is.
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      this.#go(Number(stop.dataset.rows?.split(' ')[0]));
      return;
    }
    const button = event.target.closest('button');
    if (button?.dataset.step !== undefined) this.#move(button.dataset.step as Move);
    else if (button?.dataset.all !== undefined) this.#showAll(!this.classList.contains('is-all'));
    else if (button?.closest('.hop-zoom')) this.#zoom(button.value);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (!(event.target instanceof Element)) return;
    // Long lines scroll with the same keys.
    if (event.target.closest('pre, .hop-choice') !== null) return;
    const stop = event.target.closest<SVGAElement>('a.stop');
    const move = (stop === null ? keys : keysInPicture)[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.#move(move);
    if (stop !== null)
      this.#shown?.element.querySelector<SVGAElement>(`.is-${this.#picture} .stop.is-current`)?.focus();
  }

  get #picture(): string {
    return this.dataset.zoom === 'cluster' ? 'cluster' : 'node';
  }

  #move(move: Move): void {
    const cell = this.#shown;
    if (cell === undefined) return;
    const last = cell.rows.length - 1;
    const to = { first: 0, last, back: this.#neighbour(cell, -1), next: this.#neighbour(cell, 1) }[move];
    this.#go(Math.min(last, Math.max(0, to)));
  }

  /** The next row; in the picture of the cluster, the first row of the next place. */
  #neighbour({ element, at }: Cell, step: 1 | -1): number {
    if (this.#picture === 'node') return at + step;
    const stops = [...element.querySelectorAll<SVGAElement>('.is-cluster .stop')].map(rowsOf);
    const now = stops.findIndex((rows) => rows.includes(at));
    // A row without a place (the path ended) comes after all of them.
    const next = now === -1 ? undefined : stops[now + step];
    return next?.[0] ?? at + step;
  }

  /** A reader’s own step: it changes the address, and is said aloud. */
  #go(index: number): void {
    const cell = this.#shown;
    const row = cell?.rows[index];
    if (cell === undefined || row === undefined) return;
    this.#show(row.dataset.row ?? '');
    const said = this.querySelector('[data-said]');
    if (said) said.textContent = `${positionText(cell)}: ${summaryOf(row)}`;
    // The first mode's rows carry the ids that links use.
    const id = this.#cells[0]?.rows.find((one) => one.dataset.row === row.dataset.row)?.id ?? row.id;
    try {
      history.replaceState(history.state, '', `#${id}`);
    } catch {
      // A browser allows only so many changes in some seconds (Safari: 100 in 30): the address stays behind.
    }
  }

  #show(row: string): void {
    const index = this.#shown?.rows.findIndex((one) => one.dataset.row === row) ?? -1;
    for (const cell of this.#cells) {
      const own = cell.rows.findIndex((one) => one.dataset.row === row);
      // A mode that lacks this hop shows the one at the same place in its path.
      showAt(cell, own >= 0 ? own : Math.min(Math.max(0, index), cell.rows.length - 1));
      if (this.dataset.zoom === 'hook') openRules(cell);
    }
  }

  #showAll(all: boolean): void {
    this.classList.toggle('is-all', all);
    for (const button of this.querySelectorAll('[data-all]'))
      button.setAttribute('aria-pressed', String(all));
  }

  #zoom(zoom: string): void {
    this.dataset.zoom = zoom;
    for (const button of this.querySelectorAll<HTMLButtonElement>('.hop-zoom button')) {
      button.setAttribute('aria-pressed', String(button.value === zoom));
    }
    for (const cell of this.#cells) openRules(cell, zoom === 'hook');
  }

  #toggled(target: EventTarget | null): void {
    if (!(target instanceof HTMLDetailsElement) || !target.open) return;
    if (target.matches('.hop-ledger-raw')) void showLines(target);
  }
}

interface Cell {
  readonly element: HTMLElement;
  readonly rows: readonly HTMLElement[];
  /** Index of the row that is shown. */
  at: number;
}

function readCell(element: HTMLElement): Cell {
  return { element, rows: [...element.querySelectorAll<HTMLElement>('tbody[data-row]')], at: 0 };
}

function showAt(cell: Cell, at: number): void {
  cell.at = at;
  for (const [index, row] of cell.rows.entries()) {
    row.classList.toggle('is-current', index === at);
    // What is not shown must not keep the place of its open parts.
    if (index !== at) for (const part of row.querySelectorAll('details')) part.open = false;
  }
  for (const part of cell.element.querySelectorAll<SVGElement>('[data-rows]')) {
    const rows = rowsOf(part);
    const current = rows.includes(at);
    part.classList.toggle('is-current', current && part.matches('.stop'));
    part.classList.toggle('is-past', (rows[0] ?? 0) <= at);
    if (!part.matches('.stop')) continue;
    part.setAttribute('tabindex', current ? '0' : '-1');
    if (current) part.setAttribute('aria-current', 'step');
    else part.removeAttribute('aria-current');
  }
  const position = cell.element.querySelector('[data-position]');
  if (position) position.textContent = positionText(cell);
  for (const [step, end] of [
    ['back', 0],
    ['next', cell.rows.length - 1],
  ] as const) {
    cell.element.querySelector(`[data-step="${step}"]`)?.setAttribute('aria-disabled', String(at === end));
  }
}

const rowsOf = (part: SVGElement): number[] => (part.dataset.rows ?? '').split(' ').map(Number);

function positionText({ element, at, rows }: Cell): string {
  const text = element.querySelector<HTMLElement>('[data-position]')?.dataset.text ?? '';
  return text.replace('{number}', String(at + 1)).replace('{count}', String(rows.length));
}

/** Where, what, and the header as it left. */
function summaryOf(row: HTMLElement): string {
  const texts = [
    ...row.querySelectorAll('.hop-ledger-where span:nth-child(2), .hop-ledger-what, .hop-ledger-now'),
  ];
  return texts.map(({ textContent }) => textContent.replaceAll(/\s+/g, ' ').trim()).join(', ');
}

function openRules({ rows, at }: Cell, open = true): void {
  const rules = rows[at]?.querySelector<HTMLDetailsElement>('.hop-ledger-rules');
  if (rules) rules.open = open;
}

async function showLines(details: HTMLDetailsElement): Promise<void> {
  const link = details.querySelector('a');
  if (link === null || details.querySelector('pre') !== null) return;
  let text: string;
  try {
    text = await linesOf(link.href, details.dataset.hops?.split(' ') ?? []);
  } catch {
    // Offline, or opened from a file: the link above still says where they are.
    return;
  }
  // Closed and opened again meanwhile: once is enough.
  if (details.querySelector('pre') !== null) return;
  const lines = document.createElement('pre');
  lines.tabIndex = 0;
  lines.textContent = text;
  details.append(lines);
}

customElements.define('hop-ledger', Ledger);

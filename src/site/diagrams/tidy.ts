/** Makes of mermaid's SVG one that the page carries: themed, small, readable by a screen reader. */
import { boxOf } from './geometry.ts';
import { numberOf, translation } from './style.ts';
import { usedStyles } from './stylesheet.ts';
import { sentinelsToVariables } from './theme.ts';

export interface Drawing {
  readonly svg: string;
  /** Of the drawing at its natural size, in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** @throws Error when a colour of mermaid's own is left, which would not follow the reader's theme. */
export function tidy(svg: SVGElement): Drawing {
  const css = usedStyles(svg);
  for (const style of svg.querySelectorAll('style')) style.remove();
  removeUnused(svg);
  for (const cluster of svg.querySelectorAll('.cluster')) raiseTitle(cluster, svg);
  for (const label of svg.querySelectorAll('.statediagram-state > .label')) centre(label);
  for (const span of svg.querySelectorAll('tspan.text-inner-tspan')) unwrapPlain(span);
  const [, top = 0, width = 0, height = 0] = (svg.getAttribute('viewBox') ?? '').split(' ').map(Number);
  // Without boxes at the bottom, mermaid draws lifelines far beyond the picture.
  for (const line of svg.querySelectorAll('.actor-line')) line.setAttribute('y2', String(top + height - 10));
  for (const element of [svg, ...svg.querySelectorAll('*')]) tidyAttributes(element, svg.id);

  svg.removeAttribute('style');
  svg.setAttribute('width', String(Math.ceil(width)));
  svg.setAttribute('height', String(Math.ceil(height)));
  svg.setAttribute('role', 'img');
  svg.removeAttribute('aria-roledescription');

  const style = svg.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = css;
  svg.prepend(style);
  const text = svg.outerHTML;
  const colour = /(?:fill|stroke|color)\s*[:=]\s*"?(#[0-9a-f]{3,8}\b|rgba?\(|hsla?\()/i.exec(text);
  if (colour) throw new Error(`a colour that follows no theme is left in the drawing: ${colour[0]}`);
  return { svg: text, width: Math.ceil(width), height: Math.ceil(height) };
}

function removeUnused(svg: SVGElement): void {
  const references = (id: string) => svg.outerHTML.includes(`#${id})`) || svg.outerHTML.includes(`"#${id}"`);
  for (const definition of svg.querySelectorAll('marker, filter, linearGradient, symbol')) {
    if (!references(definition.id)) definition.remove();
  }
  for (const rect of svg.querySelectorAll('rect')) {
    if (!rect.hasAttribute('width')) rect.remove();
  }
  for (const defs of svg.querySelectorAll('defs, g')) {
    if (defs.childElementCount === 0) defs.remove();
  }
}

/**
 * A group's title stands at its left edge, on top of everything and on a ground of its own: where mermaid puts
 * it, in the middle and behind, the arrow into the group runs through it.
 */
function raiseTitle(cluster: Element, svg: Element): void {
  const frame = cluster.querySelector(':scope > rect');
  const label = cluster.querySelector(':scope > .cluster-label');
  const text = label?.querySelector('text');
  const size = text ? boxOf(text) : undefined;
  if (!frame || !label || !size) return;
  const [dx, dy] = translation(cluster);
  widen(frame, size.width + 24);
  label.setAttribute(
    'transform',
    `translate(${numberOf(frame, 'x') + dx + 12}, ${numberOf(frame, 'y') + dy + 8})`,
  );
  const ground = svg.ownerDocument.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('class', 'ground');
  for (const [name, value] of Object.entries(size)) ground.setAttribute(name, String(value));
  label.prepend(ground);
  svg.append(label);
}

/** mermaid makes a group as wide as its content, and forgets the title. */
function widen(frame: Element, width: number): void {
  const more = width - numberOf(frame, 'width');
  if (more <= 0) return;
  frame.setAttribute('x', String(numberOf(frame, 'x') - more / 2));
  frame.setAttribute('width', String(width));
}

/** State labels are placed for HTML, which centres them; as SVG text they would stand at the left. */
function centre(label: Element): void {
  const [, y] = translation(label);
  label.setAttribute('transform', `translate(0, ${y})`);
  for (const text of label.querySelectorAll('text')) text.setAttribute('text-anchor', 'middle');
}

/** mermaid wraps every word; only bold and italic ones need it. */
function unwrapPlain(span: Element): void {
  const plain = ['font-weight', 'font-style'].every(
    (name) => (span.getAttribute(name) ?? 'normal') === 'normal',
  );
  if (plain) span.replaceWith(...span.childNodes);
}

const rawColour = /^(#|rgb|hsl)/;

const numeric = new Set([
  'd',
  'transform',
  'points',
  'x',
  'y',
  'x1',
  'x2',
  'y1',
  'y2',
  'width',
  'height',
  'viewBox',
]);

function tidyAttributes(element: Element, id: string): void {
  for (const { name, value } of [...element.attributes]) {
    if (name.startsWith('data-') || /^[;\s]*$/.test(value)) element.removeAttribute(name);
    // Ids without the diagram's own, like `actor0`, would be there twice on a page with two diagrams.
    else if (name === 'name' || (name === 'id' && !value.includes(id))) element.removeAttribute(name);
    // A stylesheet wins over an attribute, so mermaid's fixed colours are never seen.
    else if (/^(fill|stroke)$/.test(name) && rawColour.test(value)) element.removeAttribute(name);
    else if (numeric.has(name)) element.setAttribute(name, rounded(value));
    else if (/fill|stroke|style|color/.test(name)) element.setAttribute(name, sentinelsToVariables(value));
  }
}

function rounded(value: string): string {
  return value.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
    String(Math.round(Number(number) * 100) / 100),
  );
}

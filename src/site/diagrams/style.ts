/** Presentation attributes and inline styles of SVG elements, looked up the tree. */

/** Pixels of a CSS length; `em` counts from `size`. */
export function lengthIn(value: string, size: number): number {
  const number = Number.parseFloat(value);
  if (!Number.isFinite(number)) return 0;
  return value.trim().endsWith('em') ? number * size : number;
}

export function numberOf(element: Element, attribute: string, size = 16): number {
  return lengthIn(element.getAttribute(attribute) ?? '0', size);
}

/** The nearest value of a property, from the element upwards. */
export function inherited(element: Element, property: string): string | undefined {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const own = ownValue(at, property);
    if (own !== undefined) return own;
  }
  return undefined;
}

function ownValue(element: Element, property: string): string | undefined {
  const style = element.getAttribute('style') ?? '';
  const declared = new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;!]+)`).exec(style)?.[1]?.trim();
  const value = declared ?? element.getAttribute(property)?.trim();
  return value === '' || value === 'inherit' ? undefined : value;
}

/** The sum of an element's translate() transforms. mermaid uses no other kind around what it measures. */
export function translation(element: Element): [number, number] {
  let x = 0;
  let y = 0;
  for (const [, dx = '0', dy = '0'] of (element.getAttribute('transform') ?? '').matchAll(
    /translate\(\s*(-?[\d.e+-]+)[\s,]*(-?[\d.e+-]+)?\s*\)/g,
  )) {
    x += Number(dx);
    y += Number(dy);
  }
  return [x, y];
}

/** A window for mermaid: jsdom, which can everything but measure, and the measuring. Only for the worker thread. */
import { JSDOM } from 'jsdom';
import { emptyBox } from './box.ts';
import { boxOf } from './geometry.ts';
import { lineWidth } from './text-box.ts';

const globals = [
  'document',
  'Node',
  'Element',
  'HTMLElement',
  'SVGElement',
  'DOMParser',
  'XMLSerializer',
  'CSSStyleSheet',
  'getComputedStyle',
  'navigator',
] as const;

/** Makes this thread look like a browser to mermaid, which reads `window` when it is imported. */
export function openWindow(): Document {
  const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });
  const define = (name: string, value: unknown) =>
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  define('window', window);
  for (const name of globals) define(name, window[name]);

  const measured = {
    getBBox(this: Element) {
      return boxOf(this) ?? emptyBox;
    },
    getComputedTextLength(this: Element) {
      return lineWidth(this);
    },
    getBoundingClientRect(this: Element) {
      const box = boxOf(this) ?? emptyBox;
      return { ...box, left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
    },
  };
  Object.assign(window.SVGElement.prototype, measured);
  return window.document;
}

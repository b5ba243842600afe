/** Elements of a page, as far as lint reads them: the components that it uses, with the attributes that are text. */
import { lineAt } from './page.ts';

export interface PageElement {
  /** `Output`. */
  readonly name: string;
  /** The first line is 1. */
  readonly line: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A `>` in quotes or braces does not end the element: expressions have it, too. */
const component = /<([A-Z]\w*)((?:[^<>"'{]|"[^"]*"|'[^']*'|\{(?:[^{}]|\{[^{}]*\})*\})*)>/g;

export function elementsOf(text: string): PageElement[] {
  return [...text.matchAll(component)].map(({ 1: name = '', 2: inner = '', index }) => ({
    name,
    line: lineAt(text, index),
    attributes: Object.fromEntries(
      [...inner.matchAll(/([\w-]+)="([^"]*)"/g)].map(({ 1: attribute = '', 2: value = '' }) => [
        attribute,
        value,
      ]),
    ),
  }));
}

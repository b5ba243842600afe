/// <reference lib="dom" />
/** What a reader chose, kept in this browser. Where it may not be kept (private mode), pages work all the same. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // Storage is forbidden: nothing was remembered.
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is forbidden or full: the choice holds for this page only.
  }
}

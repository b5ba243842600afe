/** JSON.parse that answers undefined for what is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: an error message of the tool, or an output that was cut off. The caller keeps the text.
    return undefined;
  }
}

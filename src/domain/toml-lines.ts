// Where in a TOML text a setting stands, so that a fault can be told with its line. A search, not a parser:
// what it does not find (a key inside an inline table) is told with the line of what holds it.

/** Line, from 1, of the longest part of `path` that is written in the text; undefined where nothing of it is. */
export function lineOfSetting(text: string, path: readonly string[]): number | undefined {
  let best: { readonly depth: number; readonly line: number } | undefined;
  let table: readonly string[] = [];
  const arrays = new Map<string, number>();
  for (const [index, line] of text.split("\n").entries()) {
    const header = /^\s*\[(\[?)\s*([^\]]+?)\s*\]/.exec(line);
    const key = header === null ? /^\s*([\w"'. -]+?)\s*=/.exec(line)?.[1] : undefined;
    if (header !== null) table = enterTable(keyParts(header[2] ?? ""), header[1] === "[", arrays);
    else if (key === undefined) continue;
    const written = key === undefined ? table : [...table, ...keyParts(key)];
    const isOnPath = written.length <= path.length && written.every((part, depth) => part === path[depth]);
    if (isOnPath && written.length > (best?.depth ?? 0)) best = { depth: written.length, line: index + 1 };
  }
  return best?.line;
}

/** `[[rules]]` the third time is `rules.2`. */
function enterTable(parts: readonly string[], isArray: boolean, arrays: Map<string, number>): readonly string[] {
  if (!isArray) return parts;
  const name = parts.join(".");
  const place = (arrays.get(name) ?? -1) + 1;
  arrays.set(name, place);
  return [...parts, String(place)];
}

/** `archetypes."my worker"` to its parts. */
const keyParts = (key: string): string[] =>
  [...key.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map((part) => part[1] ?? part[2] ?? part[3] ?? "");

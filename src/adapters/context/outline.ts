// What the queries of every language find in a source file, in one shape. Offsets are UTF-16 units from 0, ends exclusive.
//
// The captures a query may use: @decl with @body (a function's: elided), @members (a class's or the like: looked into),
// @tail (what follows the members and belongs to the name), @owner (the type a method is declared for, outside of it);
// @whole (imports and the like); @value (elided where long); @doc (a documentation string); @comment; @error.

export type Span = { readonly start: number; readonly end: number };

export type Declaration = Span & {
  readonly body?: Span;
  /** Not looked into where there is a body as well. */
  readonly members?: Span;
  readonly tail?: Span;
  readonly owner?: Span;
};

export type Outline = {
  /** By place, the outer one first. */
  readonly declarations: readonly Declaration[];
  readonly wholes: readonly Span[];
  readonly values: readonly Span[];
  readonly docs: readonly Span[];
  readonly comments: readonly Span[];
  /** Places that were not understood. */
  readonly errors: number;
};

export type Capture = { readonly name: string; readonly span: Span };

/** One match of a query: its captures belong together. */
export type Match = readonly Capture[];

const byPlace = (a: Span, b: Span): number => a.start - b.start || b.end - a.end;

export function toOutline(matches: Iterable<Match>): Outline {
  const found = new Map<string, Declaration>();
  const spans: Record<string, Span[]> = { whole: [], value: [], doc: [], comment: [], error: [] };
  for (const match of matches) {
    for (const { name, span } of match) spans[name]?.push(span);
    mergeDeclaration(found, new Map(match.map(({ name, span }) => [name, span])));
  }
  const sorted = (name: string): readonly Span[] => (spans[name] ?? []).toSorted(byPlace);
  return {
    declarations: [...found.values()].toSorted(byPlace),
    wholes: sorted("whole"),
    values: sorted("value"),
    docs: sorted("doc"),
    comments: sorted("comment"),
    errors: sorted("error").length,
  };
}

/** Several patterns may match one declaration; what each knows of it is put together. */
function mergeDeclaration(found: Map<string, Declaration>, parts: ReadonlyMap<string, Span>): void {
  const decl = parts.get("decl");
  if (decl === undefined) return;
  const key = `${decl.start}-${decl.end}`;
  const [body, members, tail, owner] = ["body", "members", "tail", "owner"].map((name) => parts.get(name));
  found.set(key, {
    ...decl,
    ...found.get(key),
    ...(body === undefined ? {} : { body }),
    ...(members === undefined ? {} : { members }),
    ...(tail === undefined ? {} : { tail }),
    ...(owner === undefined ? {} : { owner }),
  });
}

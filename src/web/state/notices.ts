// What went wrong beside the run, for the person to know: each text once with how often it came, and what was closed
// stays closed.

export type Notice = { readonly text: string; readonly times: number };

const kept = 20;

/** The newest last. The same list where `text` is one of the closed ones. */
export function addNotice(notices: readonly Notice[], text: string, closed: ReadonlySet<string>): readonly Notice[] {
  if (closed.has(text)) return notices;
  const times = (notices.find((each) => each.text === text)?.times ?? 0) + 1;
  return [...notices.filter((each) => each.text !== text), { text, times }].slice(-kept);
}

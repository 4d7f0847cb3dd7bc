// How much of a text is shown, and which part, where nothing is known of its language.

export type FileView = {
  readonly text: string;
  /** What is missing, in words; undefined where the file is shown whole. */
  readonly cut: string | undefined;
};

/** The whole text if it is within `bytes`, else its beginning and its end, by whole lines. */
export function toFileView(text: string, bytes: number): FileView {
  const size = Buffer.byteLength(text);
  if (size <= bytes) return { text, cut: undefined };
  const lines = text.split("\n");
  const head = takeLines(lines, Math.floor((bytes * 2) / 3));
  const tail = takeLines(lines.slice(head.length).toReversed(), Math.floor(bytes / 3)).toReversed();
  const from = head.length + 1;
  const to = lines.length - tail.length;
  const cut = `lines ${from} to ${to} of ${lines.length} are left out; read them with the read tool`;
  return { text: [...head, `[… lines ${from} to ${to} …]`, ...tail].join("\n"), cut };
}

function takeLines(lines: readonly string[], bytes: number): readonly string[] {
  let room = bytes;
  const end = lines.findIndex((line) => {
    room -= Buffer.byteLength(line) + 1;
    return room < 0;
  });
  return end < 0 ? lines : lines.slice(0, end);
}

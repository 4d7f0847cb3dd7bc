// A shell command as the words it would run with, where that can be told for certain: one plain command, nothing that a
// shell would expand, join, redirect or run first. Everything else is undefined, and no rule releases it.

/** They run what their arguments say: the words of the command inside are not seen. */
const wrappers: ReadonlySet<string> = new Set(
  "env sudo doas nice ionice timeout time xargs nohup setsid stdbuf command exec eval builtin sh bash dash zsh ksh fish busybox chroot unshare su watch parallel flock . source alias function if then else for while until case do done select coproc !".split(
    " ",
  ),
);

/** With further arguments they run programs or write files of their choice. */
const openEnded: ReadonlySet<string> = new Set(
  "find fd rg sed awk gawk mawk sort tar base64 ssh scp rsync curl wget node deno bun npx tsx python python3 perl ruby php lua java make tee dd ed vi vim less more man".split(
    " ",
  ),
);

/** Words that may stand outside quotes. */
const plain = /^[\w@%+:,./=-]$/;

/** Undefined where the words are not certain. */
export function parseArgv(command: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < command.length) {
    const character = command.charAt(at);
    if (character === " ") {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else if (character === "'" || character === '"') {
      const end = command.indexOf(character, at + 1);
      if (end < 0) return undefined;
      const inner = command.slice(at + 1, end);
      if (!isLiteral(inner, character)) return undefined;
      word = (word ?? "") + inner;
      at = end + 1;
    } else if (plain.test(character)) {
      word = (word ?? "") + character;
      at += 1;
    } else return undefined;
  }
  if (word !== undefined) words.push(word);
  return isCertain(words) ? words : undefined;
}

/** In double quotes a shell still expands; a line end or another control character is never part of a plain command. */
const isLiteral = (inner: string, quote: string): boolean =>
  /^[\x20-\x7e]*$/.test(inner) && (quote === "'" || !/[$`\\!]/.test(inner));

function isCertain(words: readonly string[]): boolean {
  const [program = ""] = words;
  // An assignment before the command changes what it does.
  return program !== "" && !program.includes("=") && !wrappers.has(nameOf(program));
}

const nameOf = (program: string): string => program.slice(program.lastIndexOf("/") + 1);

/** Whether a command that begins with these words may be released whatever follows them. */
export const isOpenEnded = ([program = ""]: readonly string[]): boolean =>
  program.includes("/") || openEnded.has(nameOf(program)) || wrappers.has(nameOf(program));

// Paths no worker may change: files that become code, rights or settings later, on the person's own machine.

/** Refused at any depth, in any spelling a case-folding file system would take for the same name. */
const protectedNames: ReadonlySet<string> = new Set([
  ".git",
  ".gitmodules",
  ".gitconfig",
  ".mcp.json",
  ".vscode",
  ".idea",
  ".envrc",
  ".npmrc",
  ".yarnrc",
  ".yarnrc.yml",
  ".bashrc",
  ".bash_profile",
  ".bash_login",
  ".bash_logout",
  ".profile",
  ".zshrc",
  ".zshenv",
  ".zprofile",
  ".zlogin",
  ".zlogout",
  ".inputrc",
  ".tutti",
]);

/** Refused only at the repository's top, where Tutti reads them. */
const protectedAtTop: ReadonlySet<string> = new Set(["tutti.toml", "agents.toml"]);

/** The name a case-folding file system may see: case, trailing dots and blanks, ignorable characters, `GIT~1` do not count. */
function foldName(name: string): string {
  const folded = name
    .normalize("NFKC")
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, "")
    .replace(/(::?\$.*)$/u, "")
    .replace(/[. ]+$/u, "")
    .toLowerCase();
  return folded === "git~1" ? ".git" : folded;
}

/** True for a name that is protected directly in the repository's top folder. */
export const isProtectedAtTop = (name: string): boolean => {
  const folded = foldName(name);
  return protectedNames.has(folded) || protectedAtTop.has(folded);
};

/** The component that makes a slash-separated path, relative to the repository's top, protected; undefined where none does. */
export function protectedPart(path: string): string | undefined {
  const parts = path.split(/[/\\]/u).filter((part) => part !== "" && part !== ".");
  const named = parts.find((part) => protectedNames.has(foldName(part)));
  if (named !== undefined) return named;
  const [only] = parts;
  return parts.length === 1 && only !== undefined && protectedAtTop.has(foldName(only)) ? only : undefined;
}

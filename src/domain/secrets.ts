// Secrets by their shape, taken out of what programs print and providers say before it is recorded, sent to a model or
// shown. What a shape cannot tell from ordinary text is left alone: a test's output must stay readable.

/** What stands in a secret's place. */
const hidden = "[secret]";

/** Neither a placeholder such as `$TOKEN` or `<token>`, nor a plain word or a name in a program. */
const value = String.raw`(?!(?:process|import|os|env)\b)(?=[A-Za-z_.=:]{0,200}(?:[0-9~+/-]|[A-Z]{4}))[A-Za-z0-9_.~+/=:-]{6,}`;
const says = String.raw`["']?\s*[:=]\s*["']?`;
const scheme = String.raw`(?:(?:[Bb]earer|[Bb]asic|[Tt]oken)\s+)?(?!(?:[Bb]earer|[Bb]asic|[Tt]oken)\b)`;

const shapes: readonly (readonly [shape: RegExp, kept: string])[] = [
  // Headers and settings: the name stays, so that a reader sees what was there.
  [new RegExp(String.raw`\b((?:[Aa]uthorization|AUTHORIZATION)${says}${scheme})${value}`, "g"), "$1"],
  [new RegExp(String.raw`\b((?:[Xx]-[A-Za-z-]{0,40}[Kk]ey|[Aa]pi[_-]?[Kk]ey|API[_-]?KEY)${says})${value}`, "g"), "$1"],
  [/\b((?:set-)?cookie:\s*)[^\r\n"']{6,}/gi, "$1"],
  [/\b(bearer\s+)(?=[A-Za-z0-9_.~+/=-]*\d)[A-Za-z0-9_.~+/=-]{8,}/gi, "$1"],
  // The password of an address; its user and host stay.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"'<>]{0,200}:)[^\s/@"'<>${}]{1,500}(?=@)/gi, "$1"],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[A-Za-z0-9_-]{20,500}(?=@)/gi, "$1"],
  // Tokens that name their maker.
  [/\b(?:sk|rk|pk|ak|key)-[A-Za-z0-9_-]{12,}/g, ""],
  [/\b(?:gh[opsur]_|github_pat_|glpat-|npm_|xox[abeoprs]-|hf_)[A-Za-z0-9_-]{16,}/g, ""],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, ""],
  [/\bAIza[A-Za-z0-9_-]{20,}/g, ""],
  [/\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/g, ""],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g, ""],
];

/** The text with `[secret]` where one stood. Time is proportional to the text's length. */
export const hideSecrets = (text: string): string =>
  shapes.reduce((clean, [shape, kept]) => clean.replace(shape, `${kept}${hidden}`), text);

// Counts tokens of code without a tokenizer's tables: in proportion to what tokenizers of models count.

/** Words, numbers, signs and indents, long ones in pieces. */
export const countTokens = (text: string): number =>
  text.match(/ ?\p{Lu}?\p{Ll}{1,9}|\p{Lu}{1,5}|\p{N}{1,3}|[^\S\n]*\n+|[^\S\n]{2,}| ?[^\s\p{L}\p{N}]{1,3}/gu)?.length ??
  0;

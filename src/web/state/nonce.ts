// The page's policy lets no style sheet be written but under its nonce, which stands where style sheets cannot read it.

/** Undefined where the page came without a policy: from a file. */
export function pageNonce(): string | undefined {
  const value = document.querySelector<HTMLMetaElement>("meta[property='csp-nonce']")?.nonce;
  return value === "" ? undefined : value;
}

// Reasons of answers that may be taken back, kept while the tab lives: whoever takes one back finds their words again.

const reasons = new Map<string, string>();

export const keepReason = (key: string, reason: string): void => {
  if (reason !== "") reasons.set(key, reason);
};

export const reasonFor = (key: string): string => reasons.get(key) ?? "";

// What a person writes in place of what is shown: its draft, what is wrong with it, and whether it can be sent.

import { useEffect, useMemo, useState } from "react";
import type { ApprovalView } from "../../../views/approvals.ts";
import type { Matter } from "../../../views/decision-words.ts";
import { prettyJson } from "../../../views/pretty-json.ts";
import { useDraft, useFaults, type Draft } from "./draft.ts";
import type { Check } from "./faults.ts";
import { rowKey } from "./rows.ts";
import { useToolSchema, type Detail } from "./use-detail.ts";
import { useRunView } from "../../state/hooks.ts";

export type Editing = {
  readonly draft: Draft;
  readonly language: "json" | "text";
  readonly check: Check;
  readonly schema: unknown;
  /** Why it cannot be sent yet; null: it can. */
  readonly problem: string | null;
  /** What is said of a text that can be sent. */
  readonly praise: string;
};

const anyText: Check = () => [];

type Checking = { readonly checkJson: (schema: unknown) => Check };

/** Loaded while the person reads; null: not yet there. */
function useChecking(): Checking | null {
  const [checking, setChecking] = useState<Checking | null>(null);
  useEffect(() => void import("./faults.ts").then(setChecking), []);
  return checking;
}

/** Nothing stands there before: the words are the person's own from the first. */
const isOwnWords: ReadonlySet<Matter> = new Set(["question", "budget", "unknown"]);

const isJsonText = (text: string): boolean => {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

export function useEditing(view: ApprovalView, matter: Matter, { body }: Detail): Editing {
  const { run } = useRunView();
  const given = body?.detail?.editable;
  const isArguments = matter === "call";
  const schema = useToolSchema(view.tool, isArguments);
  const original = originalOf(matter, view.head, given);
  const draft = useDraft(rowKey(run, view.id), original);
  const isJson = isArguments || matter === "plan" || matter === "patch";
  const checking = useChecking();
  const check = useMemo(
    () => (isJson && checking !== null ? checking.checkJson(isArguments ? schema : undefined) : anyText),
    [isJson, isArguments, schema, checking],
  );
  const faults = useFaults(draft, check);
  const isLoaded = (given !== undefined && (!isJson || checking !== null)) || isOwnWords.has(matter);
  return {
    draft,
    language: isJson || isJsonText(original) ? "json" : "text",
    check,
    schema,
    problem: problemOf({ isLoaded, isOwn: isOwnWords.has(matter), draft, fault: faults[0]?.message }),
    praise: isArguments && schema !== undefined ? "Valid JSON, and what the tool takes" : isJson ? "Valid JSON" : "",
  };
}

/** Each bound that a refusal names comes with the words that would raise it: `it takes run usd 1.50 or more`. */
const offers = /it takes (.+?) or more/g;

function originalOf(matter: Matter, shown: string, editable: string | undefined): string {
  if (matter === "budget") return [...new Set([...shown.matchAll(offers)].map((found) => found[1] ?? ""))].join(", ");
  if (isOwnWords.has(matter) || editable === undefined) return "";
  return matter === "call" ? prettyJson(editable) : editable;
}

type Judged = {
  readonly isLoaded: boolean;
  readonly isOwn: boolean;
  readonly draft: Draft;
  readonly fault: string | undefined;
};

function problemOf({ isLoaded, isOwn, draft, fault }: Judged): string | null {
  if (!isLoaded) return "It is being loaded.";
  if (isOwn) return draft.text().trim() === "" ? "Write it first." : null;
  if (!draft.isChanged) return "Nothing is changed yet.";
  return fault ?? null;
}

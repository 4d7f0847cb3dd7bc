// From whatever a provider, the SDK or the network threw to one fault of the closed list. Whether and when to try again
// is decided elsewhere.

import type { ProviderFaultCode } from "../../domain/outcome.ts";
import type { ModelFault } from "../../engine/ports.ts";
import { readEvidence, type Evidence } from "./fault-evidence.ts";
import { redact } from "./redact.ts";
import { readRetryAfter } from "./retry-after.ts";

export type ClassifiedFault = Pick<ModelFault, "code" | "detail" | "retryAfterMs">;

export type FaultContext = {
  /** As it stands in the model id. */
  readonly provider: string;
  /** The stream had begun: what was interrupted may have been charged. */
  readonly hasBegun: boolean;
  readonly secrets: readonly string[];
  /** Epoch ms, for a retry-after that is a date. */
  readonly now: number;
};

export function classifyFault(error: unknown, context: FaultContext): ClassifiedFault {
  const evidence = readEvidence(error);
  const retryAfterMs = readRetryAfter(evidence.headers, evidence.body, context.now);
  const code = judge(evidence, { hasBegun: context.hasBegun, hasRetryAfter: retryAfterMs !== undefined });
  const status = evidence.status === undefined ? "" : ` (${evidence.status})`;
  const detail = redact(`${context.provider}${status}: ${describe(evidence)}`, context.secrets);
  const mayWait = code === "rate_limited" || code === "overloaded" || code === "server_error";
  return { code, detail, ...(mayWait && retryAfterMs !== undefined ? { retryAfterMs } : {}) };
}

type Circumstances = { readonly hasBegun: boolean; readonly hasRetryAfter: boolean };

function judge(evidence: Evidence, { hasBegun, hasRetryAfter }: Circumstances): ProviderFaultCode {
  switch (evidence.kind) {
    case "network":
      if (/TIMEOUT/.test(evidence.words)) return "idle";
      return hasBegun ? "cut" : "network";
    case "cut":
      return "cut";
    case "malformed":
      return "malformed_response";
    case "request":
      return "bad_request";
    case "answer":
      return judgeAnswer(evidence, hasRetryAfter);
    default:
      return evidence.kind satisfies never;
  }
}

const says = {
  overflow:
    /context[_ ](?:length|window|size)|prompt is too long|input (?:is )?too long|too many (?:input )?tokens|exceeds the (?:maximum|max)[^.]*tokens|token count[^.]*exceeds|request_too_large|maximum (?:prompt|context|input) length/i,
  quota:
    /insufficient[_ ](?:quota|credits|balance)|billing (?:details|limit|hard)|billing_(?:error|hard|not_active)|credit balance|spend(?:ing)?[ _](?:limit|cap)|API usage limits|payment required|exceeded your (?:current |monthly )?quota|budget (?:has been )?exceeded|PerDay/i,
  refusal: /content_?filter|content_policy|content management policy|flagged|moderation/i,
  noModel:
    /model_not_found|not_found_error|model\b[^.]*\b(?:not found|does not exist|not exist|not supported|unknown)|unknown model|invalid model|not a valid model/i,
  badKey:
    /api[_ -]?key[^.]*(?:not valid|invalid|incorrect|missing|expired)|(?:invalid|incorrect|missing|expired)[^.]*api[_ -]?key|authentication_error|unauthenticated|invalid_api_key/i,
  overloaded: /overloaded|unavailable|at capacity|engine_overloaded/i,
  rateLimited: /rate[_ ]?limit|resource_exhausted|too many requests/i,
} as const;

function judgeAnswer(evidence: Evidence, hasRetryAfter: boolean): ProviderFaultCode {
  const { status, words, isPage } = evidence;
  if (isPage) return "server_error";
  if (status === undefined || status === 200) return judgeWords(words, hasRetryAfter);
  if (status === 401) return "auth";
  if (status === 402) return hasRetryAfter ? "rate_limited" : "quota";
  if (status === 413) return "context_overflow";
  if (status === 429)
    return says.quota.test(words) && (!hasRetryAfter || /PerDay/.test(words)) ? "quota" : "rate_limited";
  if (status === 408) return "timeout";
  if (status === 409 || status === 425) return "server_error";
  if (status === 503 || status === 529) return "overloaded";
  if (status >= 500)
    return says.overflow.test(words) ? "context_overflow" : says.overloaded.test(words) ? "overloaded" : "server_error";
  return judgeRefused(status, words, hasRetryAfter);
}

/** 3xx and 4xx: what is wrong is told by the body more than by the number. */
function judgeRefused(status: number, words: string, hasRetryAfter: boolean): ProviderFaultCode {
  if (says.overflow.test(words)) return "context_overflow";
  if (says.quota.test(words) && !hasRetryAfter) return "quota";
  if (says.refusal.test(words)) return "refusal";
  if (says.badKey.test(words) || status === 403) return "auth";
  if (says.noModel.test(words) || status === 404) return "unknown_model";
  return "bad_request";
}

/** An error event within a stream, or a 200 with an error in it: no status to go by. */
function judgeWords(words: string, hasRetryAfter: boolean): ProviderFaultCode {
  if (says.overflow.test(words)) return "context_overflow";
  if (says.quota.test(words) && !hasRetryAfter) return "quota";
  if (says.overloaded.test(words)) return "overloaded";
  if (says.rateLimited.test(words)) return "rate_limited";
  if (says.badKey.test(words)) return "auth";
  if (says.refusal.test(words)) return "refusal";
  if (says.noModel.test(words)) return "unknown_model";
  if (/invalid_request|invalid_argument|bad_request/i.test(words)) return "bad_request";
  return "server_error";
}

function describe(evidence: Evidence): string {
  if (evidence.redirect !== undefined)
    return `redirects to ${evidence.redirect}; name that address as baseUrl if it is right`;
  if (evidence.isPage) return `answered with a web page, not with its API: ${toPlain(evidence.body)}`;
  return evidence.message || toPlain(evidence.body) || "no reason given";
}

const toPlain = (html: string): string =>
  html
    .slice(0, 4_000)
    .replaceAll(/<(?:script|style)[\s\S]*?<\/(?:script|style)>/gi, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

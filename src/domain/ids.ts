// Branded ids. An id carries its kind in its text, so a mistake is seen at run time as well.

declare const brand: unique symbol;

/** `run_` and 16 characters of Crockford base 32; made by the ids port, never inside the core. */
export type RunId = string & { readonly [brand]: "run" };
/** The person's own id for a ticket, kept exactly as given. Never used in a path or a ref. */
export type TicketId = string & { readonly [brand]: "ticket" };
/** `A` and the sequence number of the event that asked: short enough to type. */
export type ApprovalId = string & { readonly [brand]: "approval" };
/** `C` and the sequence number of the event that began it. */
export type ConsultId = string & { readonly [brand]: "consult" };
/** `<provider>/<model>`, for example `anthropic/claude-sonnet-4`. */
export type ModelId = string & { readonly [brand]: "model" };
/** Hex sha-256 of the bytes it names. */
export type Digest = string & { readonly [brand]: "digest" };

/** Who did it: `engine`, `person:<name>`, `worker:<ticket>#<attempt>` or `rule:<name>`. */
export type Actor = "engine" | `person:${string}` | `worker:${string}` | `rule:${string}`;

const runIdPattern = /^run_[0-9a-z]{10,32}$/;

export const isRunId = (text: string): text is RunId => runIdPattern.test(text);

/** One try at one ticket. `attempt` counts from 1 and only grows: it is the fence. */
export type AttemptRef = { readonly ticket: TicketId; readonly attempt: number };

/** One call made for a consult. */
export type AnswerRef = { readonly consult: ConsultId; readonly round: number; readonly try: number };

export const attemptKey = (ref: AttemptRef): string => `${ref.ticket}#${ref.attempt}`;

/** The provider's part of a model id: everything before the first slash. */
export const providerOf = (model: ModelId): string => model.slice(0, model.indexOf("/"));

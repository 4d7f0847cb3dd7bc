// What the document says of one route, and what many of them refuse alike.

import type { z } from "zod";

export type ApiRoute = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** As the router has it. */
  readonly path: string;
  readonly tag: "runs" | "decide" | "plan" | "sessions" | "projects" | "contract" | "pipeline" | "machines";
  readonly summary: string;
  /** Parameters of the query with what they mean. */
  readonly query?: Readonly<Record<string, string>>;
  /** `lines`: an exported run. */
  readonly body?: Body | "lines";
  readonly answer: Answer | "events" | "lines" | "text" | "document" | "nothing";
  /** Besides 401 and 403. */
  readonly problems: readonly number[];
};

export type Body = { readonly name: string; readonly schema: z.ZodType };

export type Answer = {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly what: string;
  /** 200 where absent. */
  readonly status?: 201;
};

/** Of whatever sends a body, and of whatever changes a run. */
export const bodyProblems = [400, 413, 415, 422] as const;
export const changeProblems = [...bodyProblems, 404, 409] as const;

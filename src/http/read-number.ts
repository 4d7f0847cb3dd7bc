// A whole number of an address's query.

import type { Context } from "hono";
import { toProblem } from "./problem.ts";

export type NumberRule = { readonly least: number; readonly most: number };

/** `otherwise` where it is not given; a problem where it is no whole number of the range. */
export function readNumber(
  context: Context,
  name: string,
  { least, most, otherwise }: NumberRule & { readonly otherwise: number },
): number | Response {
  const text = context.req.query(name);
  if (text === undefined || text === "") return otherwise;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  return toProblem(400, {
    code: `${name}_invalid`,
    detail: `\`${name}\` has to be a whole number of at least ${least}${most === Number.MAX_SAFE_INTEGER ? "" : ` and at most ${most}`}.`,
    remedy: "Leave it out for what is usual.",
  });
}

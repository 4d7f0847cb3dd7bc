// Reads a JSON body: right type, bounded size, no key that could reach a prototype, and exactly the expected shape.

import type { Context } from "hono";
import type { z } from "zod";
import { toProblem } from "./problem.ts";

/** Edits of whole files travel in bodies; nothing else comes near. */
const largestBody = 4 * 1024 * 1024;

const unsafeKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export type ReadBody<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Response };

const refused = (status: number, code: string, detail: string, remedy: string): ReadBody<never> => ({
  ok: false,
  refusal: toProblem(status, { code, detail, remedy }),
});

export async function readBody<S extends z.ZodType>(context: Context, schema: S): Promise<ReadBody<z.output<S>>> {
  // A form or text/plain post needs no preflight, so a foreign page could send one.
  const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return refused(415, "not_json", "The body must be sent as application/json.", "Set the Content-Type header.");
  }
  const text = await readCapped(context.req.raw.body);
  if (text === undefined) return { ok: false, refusal: tooLarge() };
  let unsafe: string | undefined;
  let value: unknown;
  try {
    value = JSON.parse(text, (key, each: unknown) => {
      if (unsafeKeys.has(key)) unsafe ??= key;
      return each;
    });
  } catch {
    return refused(400, "not_json", "The body is not JSON.", "Send one JSON object.");
  }
  if (unsafe !== undefined) return refused(400, "unsafe_key", `The key "${unsafe}" is refused.`, "Remove it.");
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join(".") || "body"}: ${message}`);
  return refused(422, "body_invalid", problems.join("; "), "Correct the request and send it again.");
}

export const tooLarge = (): Response =>
  toProblem(413, {
    code: "too_large",
    detail: `The body is larger than ${largestBody} bytes.`,
    remedy: "Send less at once.",
  });

/** Undefined as soon as the body proves too large, whatever its headers said. */
export async function readCapped(body: ReadableStream<Uint8Array> | null): Promise<string | undefined> {
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

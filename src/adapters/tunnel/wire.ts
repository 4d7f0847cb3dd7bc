// What two processes say to each other through a store, so that a request of one is answered by the other. Each message may
// come twice; none overtakes another of the same sender.

import { z } from "zod";
import { isRunId } from "../../domain/ids.ts";

/** Where a process is spoken to. */
export type Inbox = string;

/** The bytes of a request's or an answer's body that belong to a message. */
export type Bytes = Uint8Array<ArrayBuffer>;

const call = z.string().min(1).max(100);
const offset = z.int().nonnegative();
const pairs = z.array(z.tuple([z.string().max(100), z.string().max(8_000)])).max(50);

/** To the process that is asked. `from`: where its answer goes. */
const askedSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("ask"),
    call,
    from: z.string().min(1).max(100),
    run: z.string().refine((run) => isRunId(run)),
    person: z.string().max(200),
    method: z.string().max(20),
    path: z.string().max(8_000),
    headers: pairs,
  }),
  /** Its reader lives, and has taken so many bytes of the answer in all. */
  z.object({ kind: z.literal("taken"), call, bytes: offset }),
  /** Nobody waits for the answer any more. */
  z.object({ kind: z.literal("leave"), call }),
]);

/** To the process that asked. */
const answeredSchema = z.discriminatedUnion("kind", [
  /** It is being answered. Said at once, and whenever the reader says that it lives. */
  z.object({ kind: z.literal("here"), call }),
  z.object({ kind: z.literal("head"), call, status: z.int().min(200).max(599), headers: pairs, hasBody: z.boolean() }),
  /** Bytes of the body from `at` on stand beside it. */
  z.object({ kind: z.literal("part"), call, at: offset }),
  z.object({ kind: z.literal("end"), call, at: offset }),
  /** There is no more of the answer, and it is not whole; or nobody here answers for the run. */
  z.object({ kind: z.literal("broken"), call }),
]);

const messageSchema = z.union([askedSchema, answeredSchema]);

export type Asked = z.output<typeof askedSchema>;
export type Answered = z.output<typeof answeredSchema>;
export type Ask = Extract<Asked, { kind: "ask" }>;
export type Message = Asked | Answered;
export type Heard = { readonly message: Message; readonly bytes: Bytes | undefined };

export const isAsked = (message: Message): message is Asked =>
  message.kind === "ask" || message.kind === "taken" || message.kind === "leave";

/** Undefined for what another version says and this one does not understand. */
export function readMessage(text: string): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** How much of an answer may be under way to a reader that has not taken it. */
export const windowBytes = 512 * 1024;
/** A reader says that often that it lives, in ms. */
export const beatMs = 5_000;
/** Who is silent for so long is given up, by either side, in ms. */
export const silentMs = 20_000;
/** How long a process may take to say that it was heard, in ms. */
export const deafMs = 4_000;

// The page's one door to the outside: requests of the API and the event stream. A served page speaks HTTP; an exported
// one reads what it carries.

import type { RunId } from "../../domain/ids.ts";
import type { StreamFrameKind, StreamFrames } from "../../http/stream-wire.ts";
import type { ProblemBody } from "../../http/wire.ts";

export type Problem = Pick<ProblemBody, "code" | "detail" | "remedy"> & Partial<ProblemBody>;

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export type Frame = {
  [Kind in StreamFrameKind]: { readonly kind: Kind; readonly data: StreamFrames[Kind] };
}[StreamFrameKind];

export type StreamHandlers = {
  readonly onFrame: (frame: Frame) => void;
  /** The stream is open, or was lost; it is mended by itself. */
  readonly onOpen: (isOpen: boolean) => void;
};

export type Backend = {
  /** An exported page: nothing can be asked for but what it carries. */
  readonly isOffline: boolean;
  readonly get: <T>(path: string, signal?: AbortSignal) => Promise<Answer<T>>;
  /** `key`: the same for every repetition of one act, so that it is done once. */
  readonly send: <T>(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body?: unknown,
    key?: string,
  ) => Promise<Answer<T>>;
  /** As `send`, of at most 60 kB: it goes out though the page that asks is closed. */
  readonly sendLeaving: Backend["send"];
  /** Gives the function that closes it. `after`: the last seq the reader has; undefined: none. */
  readonly stream: (query: { readonly run?: RunId; readonly after?: number }, handlers: StreamHandlers) => () => void;
};

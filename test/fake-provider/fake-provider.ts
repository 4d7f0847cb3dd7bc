// A provider on the loopback interface: real HTTP, four wire formats, and every way in which a provider can fail.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { anthropicWire } from "./anthropic-wire.ts";
import { geminiWire } from "./gemini-wire.ts";
import { openaiChatWire } from "./openai-chat-wire.ts";
import { openaiResponsesWire } from "./openai-responses-wire.ts";
import { textOf, type FakeReply, type Json, type ReceivedRequest, type Wire } from "./wire.ts";

export const wires = {
  anthropic: anthropicWire,
  openai: openaiResponsesWire,
  chat: openaiChatWire,
  gemini: geminiWire,
};
export type Format = keyof typeof wires;
export const formats = Object.keys(wires) as readonly Format[];

export type Behaviour =
  /** Streams a reply. `shape` changes the bytes; `pieceBytes` writes them in such pieces, each in its own write. */
  | {
      readonly reply: FakeReply;
      readonly shape?: (stream: string) => string | Buffer;
      readonly pieceBytes?: number;
      readonly end?: Ending;
    }
  /** Streams bytes as they are. */
  | { readonly stream: string | Buffer; readonly end?: Ending }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  /** Nothing at all comes back; the socket stays open. */
  | { readonly hang: true }
  /** The socket is reset before any header. */
  | { readonly reset: true };

/** What happens after `after` bytes (all of them by default). */
export type Ending = { readonly after?: number; readonly how: "finish" | "reset" | "silence" };

export type Received = ReceivedRequest & {
  /** Resolves when the connection was closed by the other side before the answer was complete. */
  readonly cancelled: Promise<void>;
};

export type FakeProvider = {
  readonly url: string;
  readonly baseUrl: (format: Format) => string;
  readonly received: readonly Received[];
  /** Answers the next requests, in order. */
  readonly will: (...behaviours: readonly Behaviour[]) => void;
  /** Answers every request by what it asks, before the queue; undefined leaves it to the queue. For those who ask at once. */
  readonly always: (answer: (request: ReceivedRequest) => Behaviour | undefined) => void;
  /** Resolves with the next request that is not yet there. */
  readonly nextRequest: () => Promise<Received>;
  readonly close: () => Promise<void>;
};

export async function startFakeProvider(): Promise<FakeProvider> {
  const received: Received[] = [];
  const queue: Behaviour[] = [];
  let byRequest: (request: ReceivedRequest) => Behaviour | undefined = () => undefined;
  const next = (request: ReceivedRequest): Behaviour | undefined => byRequest(request) ?? queue.shift();
  const sockets = new Set<Socket>();
  const waiting: ((request: Received) => void)[] = [];
  const server = createServer((request, response) => {
    void serve(request, response, next).then((seen) => {
      received.push(seen);
      for (const resolve of waiting.splice(0)) resolve(seen);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    baseUrl: (format) => url + wires[format].base,
    received,
    always: (answer) => void (byRequest = answer),
    will: (...behaviours) => void queue.push(...behaviours),
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type Answering = (request: ReceivedRequest) => Behaviour | undefined;

async function serve(request: IncomingMessage, response: ServerResponse, next: Answering): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  response.on("close", () => response.writableFinished || resolve());
  const path = new URL(request.url ?? "/", "http://fake").pathname;
  const body = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Json;
  const seen: Received = { path, headers: request.headers as Received["headers"], body, cancelled };
  const wire = Object.values(wires).find((each) => each.matches(path));
  const refused = wire?.judge(seen);
  const behaviour: Behaviour = refused ??
    next(seen) ?? { status: 500, body: { error: { message: "the fake has nothing to say" } } };
  // The answer goes on after the request is on record.
  setImmediate(
    () =>
      void behave(response, behaviour, { wire, model: textOf(body["model"] ?? path.split("/").at(-1)?.split(":")[0]) }),
  );
  return seen;
}

type Scene = { readonly wire: Wire | undefined; readonly model: string };

async function behave(response: ServerResponse, behaviour: Behaviour, { wire, model }: Scene): Promise<void> {
  if ("hang" in behaviour) return;
  if ("reset" in behaviour) return void response.socket?.resetAndDestroy();
  if ("status" in behaviour) {
    const isText = typeof behaviour.body === "string";
    response.writeHead(behaviour.status, {
      "content-type": isText ? "text/html; charset=utf-8" : "application/json",
      ...behaviour.headers,
    });
    response.end(isText ? behaviour.body : JSON.stringify(behaviour.body ?? {}));
    return;
  }
  const text = "reply" in behaviour ? (wire?.encode(behaviour.reply, model) ?? "") : behaviour.stream;
  const shaped = "reply" in behaviour && behaviour.shape ? behaviour.shape(String(text)) : text;
  const bytes = typeof shaped === "string" ? Buffer.from(shaped, "utf8") : shaped;
  const end = behaviour.end ?? { how: "finish" };
  response.writeHead(200, { "content-type": wire?.contentType ?? "text/event-stream", "cache-control": "no-cache" });
  response.flushHeaders();
  const pieceBytes = "reply" in behaviour ? behaviour.pieceBytes : undefined;
  await writeAll(response, bytes.subarray(0, end.after ?? bytes.length), pieceBytes);
  if (end.how === "silence") return;
  if (end.how === "reset") return void response.socket?.resetAndDestroy();
  response.end();
}

/** Waits for each write, so that a reset comes after the bytes and small pieces are not joined into one. */
async function writeAll(response: ServerResponse, bytes: Buffer, pieceBytes = bytes.length): Promise<void> {
  response.socket?.setNoDelay(true);
  for (let at = 0; at < bytes.length && !response.destroyed; at += pieceBytes) {
    await new Promise<void>((resolve) => {
      response.once("close", resolve);
      response.write(bytes.subarray(at, at + pieceBytes), () => {
        response.off("close", resolve);
        resolve();
      });
    });
  }
}

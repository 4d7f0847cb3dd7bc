// One reader of the event stream: a bounded queue of bytes before its socket. Who does not keep up is cut, never waited
// for; it comes back with the last id it has and misses nothing.

export type Client = {
  readonly body: ReadableStream<Uint8Array>;
  /**
   * Whole frames, at once, whatever the client reads; a client whose queue is full is cut. After `gone` it does nothing.
   */
  readonly send: (frames: Uint8Array) => void;
  /** Frames of any length, as the client reads them; what is sent meanwhile follows. Resolves when they are under way. */
  readonly sendLong: (frames: Uint8Array) => Promise<void>;
  /** Resolves when the client can take more, or is gone. */
  readonly room: () => Promise<void>;
  /** Aborted when the client has left, was cut or was closed. */
  readonly gone: AbortSignal;
  /** Ends the stream in good order. */
  readonly close: () => void;
};

export type ClientOptions = {
  /** Bytes that may wait for one client in all. */
  readonly bufferBytes?: number;
  /** How long a client may read nothing of what it is brought up with. */
  readonly patienceMs?: number;
  /** What lies behind the queue, where there is one: the bytes that wait in it, and the end of it. */
  readonly socket?: { readonly writableLength: number; readonly destroy: () => unknown };
};

const defaultBufferBytes = 3 * 1024 * 1024;
const defaultPatienceMs = 30_000;
/** What is fetched for a client ahead of its reading. */
const aheadBytes = 128 * 1024;
const pieceBytes = 64 * 1024;

export function createClient(options: ClientOptions = {}): Client {
  const { bufferBytes = defaultBufferBytes, patienceMs = defaultPatienceMs, socket } = options;
  const queue = createQueue(patienceMs, socket);
  /** What came while something long was under way. */
  let held: Uint8Array[] | undefined;
  let heldBytes = 0;

  const send = (frames: Uint8Array): void => {
    const waiting = queue.bytes() + heldBytes + (socket?.writableLength ?? 0);
    if (waiting > 0 && waiting + frames.byteLength > bufferBytes) queue.cut();
    else if (held === undefined) queue.add(frames);
    else {
      held.push(frames);
      heldBytes += frames.byteLength;
    }
  };

  const sendLong = async (frames: Uint8Array): Promise<void> => {
    held = [];
    for (let from = 0; from < frames.byteLength; from += pieceBytes) {
      queue.add(frames.subarray(from, from + pieceBytes));
      await queue.room();
    }
    const waiting = held;
    held = undefined;
    heldBytes = 0;
    for (const each of waiting) send(each);
  };

  return { ...queue, send, sendLong };
}

type Queue = Pick<Client, "body" | "room" | "gone" | "close"> & {
  /** Nothing once the client is gone. */
  readonly add: (frames: Uint8Array) => void;
  readonly bytes: () => number;
  readonly cut: () => void;
};

function createQueue(patienceMs: number, socket: ClientOptions["socket"]): Queue {
  const ending = new AbortController();
  let wake = (): void => {};
  let queue: ReadableStreamDefaultController<Uint8Array> | undefined;

  const leave = (): void => {
    queue = undefined;
    ending.abort();
    wake();
  };

  const cut = (): void => {
    const cutOff = queue;
    leave();
    // A socket that is destroyed lets go of the stream by itself.
    if (socket === undefined) cutOff?.error(new Error("this client does not keep up"));
    else socket.destroy();
  };

  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        queue = controller;
      },
      pull: () => wake(),
      cancel: leave,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: aheadBytes }),
  );

  const room = (): Promise<void> =>
    new Promise((resolve) => {
      if (queue === undefined || (queue.desiredSize ?? 0) > 0) return resolve();
      const tired = setTimeout(cut, patienceMs);
      wake = () => {
        clearTimeout(tired);
        resolve();
      };
    });

  return {
    body,
    room,
    cut,
    gone: ending.signal,
    add: (frames) => queue?.enqueue(frames),
    bytes: () => (queue === undefined ? 0 : aheadBytes - (queue.desiredSize ?? 0)),
    close: () => {
      queue?.close();
      leave();
    },
  };
}

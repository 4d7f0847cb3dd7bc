// The backend of a page that brings a code: whatever is asked meanwhile waits until the code has let it in.

import type { Answer, Backend } from "./backend.ts";

export const behindDoor = (backend: Backend, entering: Promise<Answer<unknown>>): Backend => ({
  isOffline: backend.isOffline,
  get: async (path, signal) => {
    await entering;
    return backend.get(path, signal);
  },
  send: async (...asked) => {
    await entering;
    return backend.send(...asked);
  },
  sendLeaving: backend.sendLeaving,
  stream: (query, handlers) => {
    let isClosed = false;
    let close = (): void => {
      isClosed = true;
    };
    void entering.then(({ ok }) => {
      if (ok && !isClosed) close = backend.stream(query, handlers);
    });
    return () => close();
  },
});

// Sending a file as it lies on the disk, with how much of it has gone. XMLHttpRequest: fetch does not tell.

import type { Answer, Problem } from "./backend.ts";

export type Upload = {
  readonly path: string;
  readonly file: Blob;
  readonly type: string;
  /** From 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Ends it; then nothing comes of it. */
  readonly signal: AbortSignal;
};

const cut: Problem = {
  code: "upload_cut",
  detail: "The file did not get through.",
  remedy: "See whether `tutti serve` still runs, and import it again.",
};

/** Never rejects. */
export const upload = <T>({ path, file, type, onProgress, signal }: Upload): Promise<Answer<T>> =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const fail = (): void => resolve({ ok: false, problem: cut });
    request.open("POST", path);
    request.setRequestHeader("content-type", type);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total));
    request.addEventListener("error", fail);
    request.addEventListener("abort", fail);
    request.addEventListener("load", () => {
      try {
        const value = JSON.parse(request.responseText) as unknown;
        const isOk = request.status >= 200 && request.status < 300;
        resolve(isOk ? { ok: true, value: value as T } : { ok: false, problem: value as Problem });
      } catch {
        fail();
      }
    });
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });

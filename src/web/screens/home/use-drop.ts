// A file that is dropped on a part of the page; elsewhere the browser would open it in the page's place.

import { useEffect, useRef, useState, type RefObject } from "react";

/** Gives whether a file is held above `target`. Null: nothing is taken there. */
export function useDrop(target: RefObject<HTMLElement | null>, onFile: ((file: File) => void) | null): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFile);
  latest.current = onFile;
  useEffect(() => {
    const { current: element } = target;
    if (element === null) return undefined;
    const ending = new AbortController();
    const on = (event: "dragover" | "dragleave" | "drop", listener: (event: DragEvent) => void): void =>
      element.addEventListener(event, listener, { signal: ending.signal });
    on("dragover", (event) => {
      if (latest.current === null || event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setOver(true);
    });
    on("dragleave", () => setOver(false));
    on("drop", (event) => {
      const file = event.dataTransfer?.files[0];
      setOver(false);
      if (file === undefined || latest.current === null) return;
      event.preventDefault();
      latest.current(file);
    });
    return () => ending.abort();
  }, [target]);
  return isOver;
}

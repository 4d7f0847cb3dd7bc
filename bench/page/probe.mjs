// Runs in the page that is measured: counts frames and long tasks, and how late what arrives is painted.

{
  /** Scrolls on, to and fro, by what a quick hand does in a frame. */
  const scrollerOf = (selector) => {
    const place = selector === undefined ? null : document.querySelector(selector);
    if (place === null) return undefined;
    let by = 12;
    return () => {
      place.scrollLeft += by;
      const isAtEnd = place.scrollLeft + place.clientWidth >= place.scrollWidth - 1 || place.scrollLeft <= 0;
      if (!isAtEnd) return;
      by = -by;
      place.scrollTop += 120;
    };
  };

  /** Long tasks, and keys to the paint that follows them. */
  const watchEntries = (take) => {
    const long = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) take("long", duration);
    });
    long.observe({ type: "longtask" });
    const keys = new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === "keydown") take("keys", duration);
    });
    keys.observe({ type: "event", durationThreshold: 16 });
  };

  const { port1, port2 } = new MessageChannel();
  const waiting = [];
  port1.addEventListener("message", () => {
    const now = performance.timeOrigin + performance.now();
    for (const tell of waiting.splice(0)) tell(now);
  });
  port1.start();
  /** What is changed in a frame's callbacks is painted before the next task. */
  const afterPaint = (tell) => {
    if (waiting.push(tell) === 1) port2.postMessage(0);
  };

  const watchPage = () => {
    let own = null;
    const newest = new WeakMap();
    /** A text that grows has its older times still in it. */
    const takeToken = (node) => {
      const text = node.data.slice(-200);
      const place = text.lastIndexOf("~");
      const said = place < 0 ? Number.NaN : Number.parseInt(text.slice(place + 1, place + 9), 36);
      if (own === null || !(said > (newest.get(node) ?? own.epoch))) return;
      newest.set(node, said);
      afterPaint((now) => own?.tokens.push(now - said));
    };
    const observer = new MutationObserver((changes) => {
      if (own === null) return;
      let last = null;
      for (const change of changes) {
        if (change.type === "characterData") takeToken(change.target);
        else if (change.type === "attributes") {
          const { index, status } = change.target.dataset;
          afterPaint((now) => own?.changes.push({ index: Number(index), status, at: now }));
        }
        last = change;
      }
      if (last !== null) afterPaint((now) => own !== null && (own.lastChange = now));
    });
    const frame = (at) => {
      if (own === null) return;
      own.frames.push(at);
      own.onFrame?.();
      requestAnimationFrame(frame);
    };
    watchEntries((kind, ms) => own?.[kind].push(ms));
    const begin = (how = {}) => {
      const { isObserving = true, scroll } = how;
      own = { frames: [], long: [], tokens: [], changes: [], keys: [], lastChange: 0, epoch: Date.now() };
      if (isObserving)
        observer.observe(document.querySelector("main") ?? document.body, {
          subtree: true,
          childList: true,
          characterData: true,
          attributeFilter: ["data-status"],
        });
      own.onFrame = scrollerOf(scroll);
      requestAnimationFrame(frame);
    };
    const end = () => {
      const { onFrame: _, ...told } = own;
      own = null;
      observer.disconnect();
      return told;
    };
    return { begin, end, lastChange: () => own?.lastChange ?? 0 };
  };

  /** ms from the next key to the paint of what `isThere` waits for. */
  const untilPainted = (isThere) =>
    new Promise((resolve) => {
      const onKey = ({ timeStamp }) => {
        const look = () => {
          if (isThere()) afterPaint((now) => resolve(now - performance.timeOrigin - timeStamp));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      };
      addEventListener("keydown", onKey, { capture: true, once: true });
    });

  /** ms from now to the paint of what `isTrue` waits for. */
  const untilTrue = (isTrue) =>
    new Promise((resolve) => {
      const begun = performance.now();
      const look = () => {
        if (isTrue()) afterPaint((now) => resolve(now - performance.timeOrigin - begun));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });

  globalThis.bench = { ...watchPage(), untilPainted, untilTrue };
}

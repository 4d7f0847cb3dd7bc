// One attempt as a bar: how long, how it ended, and where it was held.

import type { AttemptSpan } from "../../../../views/attempt-spans.ts";
import { placeAt, type Scale } from "../../../../views/timeline-scale.ts";
import { spanInWords } from "../../../../views/timeline-rows.ts";

export function Bar({ span, scale }: { readonly span: AttemptSpan; readonly scale: Scale }) {
  const left = placeAt(scale, span.from);
  const width = Math.max(3, placeAt(scale, span.to ?? scale.to) - left);
  const words = spanInWords(span, scale.to);
  return (
    <span
      className="board-bar"
      data-end={span.end ?? "running"}
      title={words}
      style={{ transform: `translateX(${left}px)`, width }}
    >
      <span className="sr-only">{words}</span>
      {span.holds.map((hold) => {
        const start = placeAt(scale, hold.from) - left;
        const end = placeAt(scale, hold.to ?? scale.to) - left;
        return (
          <span
            key={hold.approval}
            className="board-hold"
            style={{ transform: `translateX(${start}px)`, width: Math.max(3, end - start) }}
          />
        );
      })}
    </span>
  );
}

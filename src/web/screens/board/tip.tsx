// What a ticket is, beside the pointer or the focus: everything its cell has no room for.

import { useEffect, useState, type RefObject } from "react";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { Density } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { modelName, noteInWords, statusInWords } from "../../../views/ticket-words.ts";
import { costInWords, durationInWords, tokensInWords } from "../../../views/words.ts";
import { useNow, useTicket } from "../../state/hooks.ts";
import { StatusIcon, statusInk } from "../../ui/status-icon.tsx";

type Shown = { readonly index: number; readonly box: DOMRect };

/** A pointer on its way over the board shows nothing. */
const restMs = 350;

type TipProps = {
  readonly layout: BoardLayout;
  readonly place: RefObject<HTMLElement | null>;
  readonly density: Density;
};

export function Tip({ layout, place, density }: TipProps) {
  const shown = useShown(place, density);
  return shown === null || (layout.lane[shown.index] ?? -1) < 0 ? null : <Body layout={layout} {...shown} />;
}

function useShown(place: RefObject<HTMLElement | null>, density: Density): Shown | null {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      setShown(null);
    };
    const showAfter = (target: EventTarget | null, ms: number): void => {
      const cell = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
      hide();
      if (cell === null) return;
      timer = setTimeout(
        () => setShown({ index: Number(cell.dataset["index"]), box: cell.getBoundingClientRect() }),
        ms,
      );
    };
    const onOver = (event: PointerEvent): void => {
      if (event.pointerType === "mouse") showAfter(event.target, restMs);
    };
    const onFocus = (event: FocusEvent): void => {
      if (density < 3 && event.target instanceof Element && event.target.matches(":focus-visible"))
        showAfter(event.target, 0);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") hide();
    };
    element.addEventListener("pointerover", onOver);
    element.addEventListener("pointerleave", hide);
    element.addEventListener("pointerdown", hide);
    element.addEventListener("scroll", hide, { passive: true });
    element.addEventListener("focusin", onFocus);
    element.addEventListener("focusout", hide);
    document.addEventListener("keydown", onKey, true);
    return () => {
      clearTimeout(timer);
      element.removeEventListener("pointerover", onOver);
      element.removeEventListener("pointerleave", hide);
      element.removeEventListener("pointerdown", hide);
      element.removeEventListener("scroll", hide);
      element.removeEventListener("focusin", onFocus);
      element.removeEventListener("focusout", hide);
      document.removeEventListener("keydown", onKey, true);
    };
  }, [place, density]);
  return shown;
}

const width = 320;

function Body({ layout, index, box }: Shown & { readonly layout: BoardLayout }) {
  const ticket = useTicket(index);
  const now = useNow();
  const isLow = box.bottom > innerHeight - 190;
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const place = isLow ? { left, bottom: innerHeight - box.top + 8, width } : { left, top: box.bottom + 8, width };
  const track = layout.lanes[layout.lane[index] ?? -1]?.title ?? "";
  return (
    <div
      aria-hidden
      className="pointer-events-none fixed z-30 rounded-card border border-line2 bg-s1 px-3 py-2 text-12 shadow-layer"
      style={place}
    >
      <p className="text-13 font-medium">{toPrintableLine(ticket.title)}</p>
      <p className="text-fg3">
        <span className="font-mono text-11">{toPrintableLine(ticket.id)}</span> · {toPrintableLine(track)}, depth{" "}
        {(layout.column[index] ?? 0) + 1}
      </p>
      <p className={`mt-1 flex items-center gap-1.5 font-medium ${statusInk(ticket.status)}`}>
        <StatusIcon status={ticket.status} size={14} />
        {statusInWords(ticket)}
      </p>
      <p className="line-clamp-3 text-fg2">{noteInWords(ticket, now)}</p>
      {ticket.tokens > 0 && (
        <p className="text-fg2 tabular">
          {modelName(ticket.model)} · {tokensInWords(ticket.tokens)} tokens · {costInWords(ticket.costMicros)}
          {ticket.since !== null && ` · ${durationInWords(now - ticket.since)}`}
        </p>
      )}
    </div>
  );
}

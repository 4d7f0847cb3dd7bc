// The inspector's left edge: its width, by pointer and by keys, kept for the next time.

import { useState } from "react";

const kept = "tutti.inspector-width";
const least = 360;
const most = 900;
const usual = 472;
const step = 24;

const fit = (width: number): number => Math.min(most, Math.max(least, Math.round(width)));

export function useWidth(): readonly [number, (width: number) => void] {
  const [width, setWidth] = useState(() => fit(Number(localStorage.getItem(kept) ?? usual) || usual));
  const change = (next: number): void => {
    localStorage.setItem(kept, String(fit(next)));
    setWidth(fit(next));
  };
  return [width, change];
}

export function Divider({ width, onChange }: { readonly width: number; readonly onChange: (width: number) => void }) {
  const onPointerDown = (event: React.PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: React.PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onChange(innerWidth - event.clientX);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === "ArrowLeft") onChange(width + step);
    else if (event.key === "ArrowRight") onChange(width - step);
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="separator"
      aria-label="Width of the ticket's panel"
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize hover:bg-accent/40 focus-visible:bg-accent/60 max-[900px]:hidden"
    />
  );
}

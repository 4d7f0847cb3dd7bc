// Keys as they are printed on the keyboard: `Ctrl Enter` as two caps.

import { names } from "./class-names.ts";

export function Keys({ keys, on = "surface" }: { readonly keys: string; readonly on?: "surface" | "accent" }) {
  return (
    <span aria-hidden className="inline-flex gap-0.5">
      {keys.split(" ").map((key) => (
        <kbd
          key={key}
          className={names(
            "rounded-cell px-1 text-11 leading-4",
            on === "accent" ? "bg-[#0004] text-on-accent" : "border border-line2 bg-s3 text-fg2",
          )}
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}

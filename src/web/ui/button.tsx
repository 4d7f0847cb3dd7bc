// Buttons: one primary act a place, quiet ones beside it, dangerous ones told apart; the key that does the same is shown.

import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { names } from "./class-names.ts";
import { Keys } from "./keys.tsx";

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> & {
  readonly kind?: "primary" | "plain" | "ghost" | "danger";
  readonly small?: boolean;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
  /** The key that does the same, for example `Ctrl Enter`. */
  readonly keys?: string;
  /** Between the click and the event it led to. */
  readonly isSending?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
};

const kinds = {
  primary: "bg-accent-solid text-on-accent border-transparent hover:brightness-110",
  plain: "bg-s2 text-fg border-line2 hover:bg-s3",
  ghost: "bg-transparent text-fg2 border-transparent hover:bg-s3 hover:text-fg",
  danger: "bg-transparent text-failed border-failed/60 hover:bg-del",
} as const;

export function Button({ kind = "plain", small, icon, children, keys, isSending, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || isSending === true}
      aria-busy={isSending === true || undefined}
      className={names(
        "inline-flex items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap",
        "transition-colors duration-120 disabled:cursor-not-allowed disabled:opacity-55",
        small === true ? "min-h-6 px-2 text-12" : "min-h-7.5 px-2.5 text-13",
        kinds[kind],
        rest.className,
      )}
    >
      {icon}
      {isSending === true ? "Sending" : children}
      {keys !== undefined && isSending !== true && (
        <span className="contents max-sm:hidden">
          <Keys keys={keys} on={kind === "primary" ? "accent" : "surface"} />
        </span>
      )}
    </button>
  );
}

type IconButtonProps = Omit<ButtonProps, "children" | "kind" | "icon"> & {
  readonly label: string;
  readonly icon: ReactNode;
};

/** A button with an icon alone; its name is read out and shown in its tip. */
export function IconButton({ label, icon, keys, small, isSending, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={keys === undefined ? label : `${label} (${keys})`}
      {...rest}
      disabled={rest.disabled === true || isSending === true}
      aria-label={label}
      className={names(
        "inline-grid place-items-center rounded-control text-fg2 hover:bg-s3 hover:text-fg",
        "transition-colors duration-120 disabled:cursor-not-allowed disabled:opacity-40",
        small === true ? "size-6" : "size-7.5",
        rest.className,
      )}
    >
      {icon}
    </button>
  );
}

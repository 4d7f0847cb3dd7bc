// A layer above the page, over radix: focus stays in it, Escape closes it, what is below is inert. The shade is our own:
// radix's writes a style sheet that locks the document's scrolling, which the policy of an exported page forbids, and this
// document does not scroll.

import { Dialog as Radix } from "radix-ui";
import { useState, type ReactNode } from "react";
import { X } from "lucide-react";
import { IconButton } from "./button.tsx";
import { names } from "./class-names.ts";

type DialogProps = {
  readonly title: string;
  readonly about?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
};

/** To what there is to fill in, rather than to the way out; a button is left to be looked for. */
function focusField(event: Event): void {
  const field = (event.target as Element).querySelector<HTMLElement>("[data-body] :is(input, textarea, select)");
  if (field === null) return;
  event.preventDefault();
  field.focus({ preventScroll: true });
}

/** Where the focus stood; of a menu that is about to close, the button it belongs to. */
function findOpener(): Element | null {
  const menu = document.activeElement?.closest("[role=menu]") ?? null;
  return menu === null ? document.activeElement : document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
}

export function Dialog({ title, about, onClose, children, wide }: DialogProps) {
  const [opener] = useState(findOpener);
  const giveBack = (event: Event): void => {
    event.preventDefault();
    if (opener instanceof HTMLElement) opener.focus();
  };
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-40 bg-[#0008]" />
        <Radix.Content
          onOpenAutoFocus={focusField}
          onCloseAutoFocus={giveBack}
          {...(about === undefined && { "aria-describedby": undefined })}
          className={names(
            "fixed top-1/2 left-1/2 z-50 flex max-h-[92vh] w-[calc(100vw-24px)] -translate-1/2 flex-col",
            "rounded-panel border border-line2 bg-s1 shadow-layer",
            wide === true ? "max-w-5xl" : "max-w-xl",
          )}
        >
          <header className="flex items-start gap-3 border-b border-line px-4 py-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-16 font-semibold">{title}</Radix.Title>
              {about !== undefined && <Radix.Description className="text-fg2">{about}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" icon={<X aria-hidden size={16} />} />
            </Radix.Close>
          </header>
          <div data-body className="min-h-0 flex-1 overflow-auto p-4">
            {children}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

// The menu itself, over radix: arrows move, Escape closes, focus comes back. Loaded when the first menu is opened.

import { DropdownMenu } from "radix-ui";
import type { MenuProps } from "./menu.tsx";

type LayerProps = MenuProps & {
  /** The part of the page that its button is in: nothing stands outside of all of them. */
  readonly part: HTMLElement | null;
};

export function MenuLayer({ trigger, items, part }: LayerProps) {
  return (
    <DropdownMenu.Root defaultOpen modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={part}>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-50 max-h-[70vh] max-w-80 min-w-48 overflow-auto rounded-card border border-line2 bg-s2 p-1 shadow-layer"
        >
          {items.map(({ key, label, about, onSelect, disabled }) => (
            <DropdownMenu.Item
              key={key ?? label}
              onSelect={onSelect}
              disabled={disabled === true}
              className="cursor-pointer rounded-cell px-2.5 py-1.5 outline-none data-disabled:text-fg3 data-highlighted:bg-s4"
            >
              <div className="font-medium">{label}</div>
              {about !== undefined && <div className="text-12 text-fg2">{about}</div>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

// A few acts behind one button.

import { cloneElement, lazy, Suspense, useState, type MouseEvent, type ReactElement } from "react";

export type MenuEntry = {
  /** Where labels may be alike. */
  readonly key?: string;
  readonly label: string;
  /** A line below it that says what follows. */
  readonly about?: string;
  readonly onSelect: () => void;
  readonly disabled?: boolean;
};

export type MenuProps = {
  readonly trigger: ReactElement<{ onClick?: (event: MouseEvent<HTMLElement>) => void; "aria-haspopup"?: "menu" }>;
  readonly items: readonly MenuEntry[];
};

const loadLayer = () => import("./menu-layer.tsx");
const MenuLayer = lazy(async () => ({ default: (await loadLayer()).MenuLayer }));

/** Until it is opened it is a button alone. */
export function Menu({ trigger, items }: MenuProps) {
  const [wanted, setWanted] = useState<{ readonly part: HTMLElement | null } | null>(null);
  if (wanted === null)
    return cloneElement(trigger, {
      "aria-haspopup": "menu",
      onClick: ({ currentTarget }) =>
        setWanted({ part: currentTarget.closest<HTMLElement>("header, nav, main, footer") }),
    });
  return (
    <Suspense fallback={trigger}>
      <MenuLayer trigger={trigger} items={items} part={wanted.part} />
    </Suspense>
  );
}

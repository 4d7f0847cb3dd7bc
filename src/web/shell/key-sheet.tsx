// All keys that mean something now, and whether single keys do.

import { useState, type ReactNode } from "react";
import { graceMs, holdsApprovals, setHoldsApprovals } from "../state/held-answer.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Keys } from "../ui/keys.tsx";
import { areSingleKeysOff, boundKeys, setSingleKeysOff } from "../ui/use-keys.ts";

export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const [isOff, setIsOff] = useState(areSingleKeysOff);
  const [isHolding, setHolding] = useState(holdsApprovals);
  const scopes = Map.groupBy(boundKeys(), ({ scope }) => scope);
  return (
    <Dialog title="Keys" onClose={onClose} about="Nothing that cannot be undone is on a single key.">
      <div className="mb-4 grid gap-1">
        <Wish
          isOn={!isOff}
          onChange={(isOn) => {
            setSingleKeysOff(!isOn);
            setIsOff(!isOn);
          }}
        >
          Single keys and chords work
        </Wish>
        <Wish
          isOn={isHolding}
          onChange={(isOn) => {
            setHoldsApprovals(isOn);
            setHolding(isOn);
          }}
        >
          Approvals wait {graceMs / 1_000} s too, so that Z can take them back
        </Wish>
      </div>
      <div className="gap-6 sm:columns-2">
        {[...scopes].map(([scope, entries]) => (
          <section key={scope} className="mb-5 break-inside-avoid-column">
            <h3 className="mb-1 text-fg2">{scope}</h3>
            <dl>
              {entries
                .flatMap(({ bindings }) => bindings)
                .map(({ keys, does }) => (
                  <div
                    key={`${keys} ${does}`}
                    className="flex items-center justify-between gap-4 border-b border-line py-1"
                  >
                    <dt>{does}</dt>
                    <dd>
                      <Keys keys={keys} />
                      <span className="sr-only">{keys}</span>
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

type WishProps = { readonly isOn: boolean; readonly onChange: (isOn: boolean) => void; readonly children: ReactNode };

const Wish = ({ isOn, onChange, children }: WishProps) => (
  <label className="flex min-h-6 items-center gap-2">
    <input
      type="checkbox"
      className="size-4 accent-accent-solid"
      checked={isOn}
      onChange={({ target }) => onChange(target.checked)}
    />
    <span>{children}</span>
  </label>
);

// All keys that mean something now, and whether single keys do.

import { useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { Keys } from "../ui/keys.tsx";
import { areSingleKeysOff, boundKeys, setSingleKeysOff } from "../ui/use-keys.ts";

export function KeySheet({ onClose }: { readonly onClose: () => void }) {
  const [isOff, setIsOff] = useState(areSingleKeysOff);
  const scopes = Map.groupBy(boundKeys(), ({ scope }) => scope);
  return (
    <Dialog title="Keys" onClose={onClose} about="Nothing that cannot be undone is on a single key.">
      <label className="mb-4 flex min-h-6 items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-accent-solid"
          checked={!isOff}
          onChange={({ target }) => {
            setSingleKeysOff(!target.checked);
            setIsOff(!target.checked);
          }}
        />
        Single keys and chords work
      </label>
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

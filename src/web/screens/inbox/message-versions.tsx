// Everything the message has been: the model's own words, then each rewriting with who, when and why.

import type { MessageBody } from "../../../http/inbox-wire.ts";
import { nameOf } from "../../../views/actor-name.ts";
import { toPrintableLine } from "../../../domain/printable.ts";
import { firstLine } from "../../../views/words.ts";
import { Button } from "../../ui/button.tsx";

type Version = MessageBody["versions"][number];

type MessageVersionsProps = {
  readonly versions: readonly Version[];
  readonly onPutBack: (version: Version) => void;
};

export function MessageVersions({ versions, onPutBack }: MessageVersionsProps) {
  if (versions.length < 2) return null;
  return (
    <section>
      <h3 className="pb-1 text-12 font-semibold text-fg2">Versions</h3>
      <ol className="grid gap-1">
        {versions.map((version, place) => (
          <li key={version.seq} className="flex items-center gap-2 rounded-control bg-s2 px-2.5 py-1.5">
            <div className="min-w-0 flex-1">
              <p className="truncate text-12 text-fg2">
                {place === 0 ? "The model" : (nameOf(version.by) ?? "Tutti")},{" "}
                {new Date(version.at).toLocaleTimeString("en-GB")}
                {version.reason !== "" && `: ${toPrintableLine(version.reason)}`}
              </p>
              <p className="truncate">{firstLine(version.text)}</p>
            </div>
            {place < versions.length - 1 && (
              <Button small onClick={() => onPutBack(version)}>
                Put it back
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

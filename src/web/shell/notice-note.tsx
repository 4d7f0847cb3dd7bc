// Said above the screen when something beside the run went wrong: the newest of it, the others on demand. It takes one
// line however much there is, and is gone when it is closed.

import { ChevronDown, ChevronUp, TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import { toPrintableLine } from "../../domain/printable.ts";
import { useConnection, useConnectionState } from "../state/hooks.ts";
import type { Notice } from "../state/notices.ts";
import { Button, IconButton } from "../ui/button.tsx";

export function NoticeNote() {
  const { notices } = useConnectionState();
  const newest = notices.at(-1);
  return (
    <div role="status" aria-label="Beside the run">
      {newest !== undefined && <Shown newest={newest} older={notices.slice(0, -1).toReversed()} />}
    </div>
  );
}

type ShownProps = { readonly newest: Notice; readonly older: readonly Notice[] };

function Shown({ newest, older }: ShownProps) {
  const { closeNotices } = useConnection();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="border-b border-line2 bg-s2 px-4 py-1 max-sm:px-3">
      <div className="flex items-center gap-2">
        <TriangleAlert aria-hidden size={14} className="shrink-0 text-paused" />
        <Words notice={newest} isWhole={isOpen} />
        {older.length > 0 && (
          <Button
            small
            kind="ghost"
            aria-expanded={isOpen}
            icon={isOpen ? <ChevronUp aria-hidden size={14} /> : <ChevronDown aria-hidden size={14} />}
            onClick={() => setOpen(!isOpen)}
          >
            {older.length} more
          </Button>
        )}
        <IconButton small label="Close these notices" icon={<X aria-hidden size={14} />} onClick={closeNotices} />
      </div>
      {isOpen && (
        <ul className="grid max-h-40 gap-1 overflow-y-auto py-1 pl-6">
          {older.map((notice) => (
            <li key={notice.text} className="flex">
              <Words notice={notice} isWhole />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Words({ notice: { text, times }, isWhole }: { readonly notice: Notice; readonly isWhole: boolean }) {
  const words = toPrintableLine(text);
  return (
    <p className={`min-w-0 flex-1 ${isWhole ? "wrap-anywhere" : "truncate"}`} title={words}>
      {words}
      {/* What was read out once is not read out again for its count. */}
      {times > 1 && (
        <span aria-hidden className="text-fg2 tabular">
          {` (${times} times)`}
        </span>
      )}
    </p>
  );
}

// A short word about an entry, beside it.

import type { ReactNode } from "react";

export function Badge({ children, title }: { readonly children: ReactNode; readonly title?: string }) {
  return (
    <span title={title} className="shrink-0 rounded-cell bg-s3 px-1.5 text-11 text-fg2">
      {children}
    </span>
  );
}

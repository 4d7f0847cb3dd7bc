// A heavy part that is loaded when it is first shown: a quiet place holder until it is there.

import { Suspense, type ReactNode } from "react";

export function LazyPart({ what, children }: { readonly what: string; readonly children: ReactNode }) {
  return (
    <Suspense
      fallback={
        <p aria-busy className="p-4 text-fg2">
          Loading {what}
        </p>
      }
    >
      {children}
    </Suspense>
  );
}

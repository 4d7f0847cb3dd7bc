// What a browser sees that is not let in.

import type { Problem } from "../state/backend.ts";

export function Locked({ problem }: { readonly problem: Problem }) {
  return (
    <main className="grid h-full place-content-center gap-3 p-8 text-center">
      <h1 className="text-20">Tutti does not know this browser</h1>
      <p className="max-w-prose text-fg2">
        {problem.detail} {problem.remedy}
      </p>
    </main>
  );
}

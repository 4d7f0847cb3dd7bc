// Sends one request that is no command of the run; what it leads to comes as events.

import { useState } from "react";
import type { Problem } from "./backend.ts";
import { useBackend } from "./hooks.ts";

export function useAsking<T>(path: string) {
  const backend = useBackend();
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = async (body: unknown, then: (value: T) => void): Promise<void> => {
    setIsSending(true);
    setProblem(null);
    const answer = await backend.send<T>("POST", path, body);
    setIsSending(false);
    if (answer.ok) then(answer.value);
    else setProblem(answer.problem);
  };
  return { ask: (body: unknown, then: (value: T) => void) => void ask(body, then), isSending, problem };
}

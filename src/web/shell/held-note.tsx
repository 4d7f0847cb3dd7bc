// Above the foot of the page: the answer that is not sent yet, with the way back, and what became of one that was
// refused. It takes no focus and no room from what is below it.

import { Undo2 } from "lucide-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { heldAnswers, type AnswerNews } from "../state/held-answer.ts";
import { useClock } from "../state/hooks.ts";
import { announce } from "../ui/announcer.tsx";
import { Button } from "../ui/button.tsx";
import { ProblemNote } from "../ui/notes.tsx";
import { useKeys } from "../ui/use-keys.ts";

const goneMs = 6_000;

export function HeldNote() {
  const news = useSyncExternalStore(heldAnswers.subscribe, heldAnswers.news);
  const takeBack = useTakeBack();
  useKeys("Anywhere", [{ keys: "Z", does: "Take an answer back that is not sent yet", run: takeBack }]);
  useLeaving();
  useEffect(() => {
    if (news?.kind === "held") announce(`${news.held.words}. Z takes it back.`);
    if (news?.kind === "gone") announce(goneWords);
    if (news?.kind !== "gone") return undefined;
    const timer = setTimeout(heldAnswers.forget, goneMs);
    return () => clearTimeout(timer);
  }, [news]);
  if (news === null) return null;
  return (
    <aside
      aria-label="Your last answer"
      className="fixed bottom-24 left-18 z-30 w-70 max-sm:inset-x-3 max-sm:bottom-20 max-sm:w-auto"
    >
      <Said news={news} onTakeBack={takeBack} />
    </aside>
  );
}

const goneWords =
  "There is nothing to take back: what is sent may have begun. The key sheet (?) can make approvals wait.";

function Said({ news, onTakeBack }: { readonly news: AnswerNews; readonly onTakeBack: () => void }) {
  if (news.kind === "refused") return <ProblemNote problem={news.problem} onClose={heldAnswers.forget} />;
  const box = "grid gap-2 rounded-card border border-line2 bg-s2 p-3 shadow-layer";
  if (news.kind === "gone") return <p className={box}>{goneWords}</p>;
  return (
    <div className={box}>
      <p className="line-clamp-2 wrap-anywhere">{news.held.words}</p>
      <div className="flex items-center gap-2">
        <Left until={news.until} />
        <Button small kind="ghost" onClick={() => heldAnswers.release()}>
          Send now
        </Button>
        <Button small keys="Z" icon={<Undo2 aria-hidden size={13} />} onClick={onTakeBack}>
          Take back
        </Button>
      </div>
    </div>
  );
}

function Left({ until }: { readonly until: number }) {
  const now = useClock(250);
  const seconds = Math.max(0, Math.ceil((until - now) / 1_000));
  return (
    <p aria-hidden className="flex-1 text-12 text-fg2 tabular">
      sent in {seconds} s
    </p>
  );
}

/** Back to the request whose answer it was. */
function useTakeBack(): () => void {
  const navigate = useNavigate();
  return () => {
    const held = heldAnswers.takeBack();
    if (held === null) return;
    announce("Taken back. Nothing was sent.");
    void navigate({ to: "/runs/$run/inbox", params: { run: held.run }, search: { approval: held.approval } });
  };
}

function useLeaving(): void {
  useEffect(() => {
    const hidden = (): void => {
      if (document.visibilityState === "hidden") heldAnswers.leave();
    };
    document.addEventListener("visibilitychange", hidden);
    addEventListener("pagehide", heldAnswers.leave);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      removeEventListener("pagehide", heldAnswers.leave);
    };
  }, []);
}

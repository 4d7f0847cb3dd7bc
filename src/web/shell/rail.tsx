// The way between screens, and what waits for the person.

import { Link, useMatchRoute, useNavigate, useParams } from "@tanstack/react-router";
import {
  Bell,
  BellOff,
  Bot,
  Coins,
  FileText,
  Inbox,
  Keyboard,
  ListTree,
  Scale,
  Server,
  SlidersHorizontal,
  Workflow,
} from "lucide-react";
import { useContext, useState, type ReactNode } from "react";
import type { RunState } from "../../core/state.ts";
import { keepPoint } from "../search.ts";
import { RunContext, useRun, useRunCards, useRunView } from "../state/hooks.ts";
import { IconButton } from "../ui/button.tsx";
import { useKeys } from "../ui/use-keys.ts";
import { ConnectionBadge } from "./connection-badge.tsx";
import { notifying, setNotifying } from "./notify.ts";

const itemClass =
  "relative grid min-h-13 short:min-h-8 w-full content-center justify-items-center gap-0.5 rounded-control text-11 text-fg2 hover:bg-s3 hover:text-fg data-[status=active]:bg-s3 data-[status=active]:text-fg before:absolute before:top-3 before:bottom-3 before:-left-1 before:hidden before:w-0.75 before:rounded-full before:bg-accent data-[status=active]:before:block max-sm:before:inset-x-3 max-sm:before:-top-1 max-sm:before:bottom-auto max-sm:before:h-0.75 max-sm:before:w-auto";

function Count({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <span className="absolute top-1 left-1/2 ml-1 min-w-4 rounded-full bg-paused px-1 text-center text-11 leading-4 font-semibold text-on-status tabular">
      {count}
      <span className="sr-only"> waiting</span>
    </span>
  );
}

const notifyWords = {
  on: "Notifications are on",
  off: "Notify me when something waits",
  refused: "The browser refuses notifications from this page",
  "unknown here": "This browser has no notifications",
} as const;

function NotifyButton() {
  const [state, setState] = useState(notifying);
  return (
    <IconButton
      label={notifyWords[state]}
      icon={state === "on" ? <Bell aria-hidden size={16} /> : <BellOff aria-hidden size={16} />}
      disabled={state === "refused" || state === "unknown here"}
      onClick={() => void setNotifying(state !== "on").then(setState)}
    />
  );
}

/** Where there is no height for words, the icon stands alone. */
const icon = (made: ReactNode, label: string): ReactNode => (
  <>
    {made}
    <span className="short:sr-only">{label}</span>
  </>
);

const runItems = [
  { to: "/runs/$run/agents", label: "Agents", icon: Bot, exact: false },
  { to: "/runs/$run/spend", label: "Spend", icon: Coins, exact: false },
  { to: "/runs/$run/models", label: "Models", icon: SlidersHorizontal, exact: false },
  { to: "/runs/$run/report", label: "Report", icon: FileText, exact: false },
] as const;

/** The list knows of it before the run's first record is read. */
function BoardItem({ run }: { readonly run: string }) {
  const isDeliberation = (useRunCards() ?? []).some((card) => card.run === run && card.pipeline !== null);
  const label = isDeliberation ? "Table" : "Board";
  const Icon = isDeliberation ? Scale : Workflow;
  return (
    <Link
      to="/runs/$run"
      params={{ run }}
      search={keepPoint}
      title={isDeliberation ? "Deliberation" : "Board"}
      className={itemClass}
      activeOptions={{ exact: true, includeSearch: false }}
    >
      {icon(<Icon aria-hidden size={18} />, label)}
    </Link>
  );
}

/** The last one that the run has opened; of a run that is one deliberation the board is its table. */
const lastDeliberation = ({ config, deliberations }: RunState): string | null =>
  config?.deliberation === undefined ? ([...deliberations.keys()].at(-1) ?? null) : null;

function DeliberationItem() {
  const { run } = useRunView();
  const navigate = useNavigate();
  const deliberation = useRun(lastDeliberation, "slow");
  const go = (): void => {
    if (deliberation === null) return;
    const params = { run, deliberation };
    void navigate({ to: "/runs/$run/deliberations/$deliberation", params, search: keepPoint });
  };
  useKeys("Anywhere", deliberation === null ? [] : [{ keys: "G D", does: "Deliberation", run: go }]);
  if (deliberation === null) return null;
  return (
    <Link
      to="/runs/$run/deliberations/$deliberation"
      params={{ run, deliberation }}
      search={keepPoint}
      title="Deliberation"
      className={itemClass}
      activeOptions={{ includeSearch: false }}
    >
      {icon(<Scale aria-hidden size={18} />, "Table")}
    </Link>
  );
}

type RailProps = {
  readonly openKeys: () => void;
  /** The server that runs lie on, where they do. */
  readonly store: string | null;
};

export function Rail({ openKeys, store }: RailProps) {
  const { run } = useParams({ strict: false });
  const view = useContext(RunContext);
  // One run's inbox has no place of its own in the rail.
  const isRunInbox = useMatchRoute()({ to: "/runs/$run/inbox" }) !== false;
  const cards = useRunCards() ?? [];
  const waiting = cards.reduce((sum, { needsYou }) => sum + needsYou, 0);
  return (
    <nav
      aria-label="Main"
      className="flex flex-col gap-1 short:gap-0.5 overflow-y-auto border-r border-line p-1 max-sm:order-last max-sm:flex-row max-sm:border-t max-sm:border-r-0"
    >
      <Link to="/" title="Runs" className={itemClass} activeOptions={{ exact: true }}>
        {icon(<ListTree aria-hidden size={18} />, "Runs")}
      </Link>
      <Link to="/inbox" title="Inbox" className={itemClass} {...(isRunInbox && { "data-status": "active" })}>
        {icon(<Inbox aria-hidden size={18} />, "Inbox")}
        <Count count={waiting} />
      </Link>
      {store !== null && (
        // Beside a run's own screens there is no room for it where the screen is narrow: search leads there.
        <Link to="/machines" title="Machines" className={run === undefined ? itemClass : `${itemClass} max-sm:hidden`}>
          {icon(<Server aria-hidden size={18} />, "Machines")}
        </Link>
      )}
      {run !== undefined && <BoardItem run={run} />}
      {run !== undefined &&
        runItems.map(({ to, label, icon: Icon, exact }) => (
          <Link
            key={to}
            to={to}
            params={{ run }}
            search={keepPoint}
            title={label}
            className={itemClass}
            activeOptions={{ exact, includeSearch: false }}
          >
            {icon(<Icon aria-hidden size={18} />, label)}
          </Link>
        ))}
      {view !== null && <DeliberationItem />}
      <span className="flex-1 max-sm:hidden" />
      <div className="grid justify-items-center gap-1 short:grid-cols-2 short:gap-0 short:*:last:col-span-2 max-sm:hidden">
        <NotifyButton />
        <IconButton label="All keys" keys="?" icon={<Keyboard aria-hidden size={16} />} onClick={openKeys} />
        <ConnectionBadge />
      </div>
    </nav>
  );
}

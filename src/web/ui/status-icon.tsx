// A ticket's status as a silhouette of its own: ring, arc, square, octagon, disc, diamond. Never colour alone.

import type { TicketStatus } from "../../domain/ticket.ts";

const shapes = {
  pending: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.4 2.3" />,
  ready: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  running: (
    <>
      <path d="M8 2a6 6 0 1 1-6 6" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
      <path d="M6.6 5.4 10.6 8l-4 2.6z" fill="currentColor" />
    </>
  ),
  step_paused: (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2.6" fill="currentColor" />
      <path d="M6.2 5.2v5.6M9.8 5.2v5.6" stroke="var(--on-status)" strokeWidth="1.8" strokeLinecap="round" />
    </>
  ),
  blocked: (
    <>
      <path
        d="M5.5 1.8h5l3.7 3.7v5l-3.7 3.7h-5l-3.7-3.7v-5z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinejoin="round"
      />
      <path d="M5 8h6" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
    </>
  ),
  completed: (
    <>
      <circle cx="8" cy="8" r="6.6" fill="currentColor" />
      <path
        d="m5.2 8.2 2 2 3.7-4.1"
        fill="none"
        stroke="var(--on-status)"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  failed: (
    <>
      <path d="M8 .9 15.1 8 8 15.1.9 8z" fill="currentColor" />
      <path d="m6 6 4 4m0-4-4 4" stroke="var(--on-status)" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="m4 12 8-8" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
} as const satisfies Record<TicketStatus, React.ReactNode>;

const inks = {
  pending: "text-pending",
  ready: "text-ready",
  running: "text-running",
  step_paused: "text-paused",
  blocked: "text-blocked",
  completed: "text-completed",
  failed: "text-failed",
  cancelled: "text-fg3",
} as const satisfies Record<TicketStatus, string>;

/** Class of the status's ink. */
export const statusInk = (status: TicketStatus): string => inks[status];

/** Silent to screen readers: the word stands beside it. */
export function StatusIcon({ status, size = 16 }: { readonly status: TicketStatus; readonly size?: number }) {
  return (
    <svg aria-hidden viewBox="0 0 16 16" width={size} height={size} className={`shrink-0 ${inks[status]}`}>
      {shapes[status]}
    </svg>
  );
}

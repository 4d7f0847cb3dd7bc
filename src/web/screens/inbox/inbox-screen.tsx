// Inbox.

export function AllInboxScreen() {
  return <h1 className="p-4 text-20">Inbox</h1>;
}

export function RunInboxScreen() {
  return <h1 className="p-4 text-20">Inbox</h1>;
}

// Agents.

export function AgentsScreen() {
  return <h1 className="p-4 text-20">Agents</h1>;
}

// Spend.

export function MoneyScreen() {
  return <h1 className="p-4 text-20">Spend</h1>;
}

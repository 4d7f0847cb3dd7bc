// Models.

export function ModelsScreen() {
  return <h1 className="p-4 text-20">Models</h1>;
}

// Worker.

export function WorkerScreen() {
  return <h1 className="p-4 text-20">Worker</h1>;
}

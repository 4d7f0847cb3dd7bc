// Parts of the page that come by themselves: nobody asked for them, and what is shown stands without them. One that cannot
// be had, because the line is down, is tried again until it can.

const againMs = 2_000;

/** `onMissed`: it could not be had this time. */
export async function patiently<T>(load: () => Promise<T>, onMissed: () => void = () => {}): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      onMissed();
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
}

// Notifications of the system, where the person asked for them and is not looking at the page.

const key = "tutti.notify";

export type Notifying = "on" | "off" | "refused" | "unknown here";

export function notifying(): Notifying {
  if (!("Notification" in globalThis)) return "unknown here";
  if (Notification.permission === "denied") return "refused";
  return Notification.permission === "granted" && localStorage.getItem(key) === "1" ? "on" : "off";
}

/** The browser asks the person, so this must come from a click or a key. */
export async function setNotifying(isOn: boolean): Promise<Notifying> {
  localStorage.setItem(key, isOn ? "1" : "0");
  if (isOn && "Notification" in globalThis) await Notification.requestPermission();
  return notifying();
}

export function notify(title: string, body: string): void {
  if (notifying() !== "on" || document.visibilityState === "visible") return;
  // One at a time: the newest takes the place of the one before.
  const shown = new Notification(title, { body, tag: "tutti" });
  shown.addEventListener("click", () => {
    window.focus();
    shown.close();
  });
}

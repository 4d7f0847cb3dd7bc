// The page's beginning: lets the browser in, opens the stream, draws. An exported page carries its run instead.

import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { createPageRouter, loadScreen, runInAddress } from "./router.tsx";
import { applyTheme, chosenTheme } from "./shell/theme.ts";
import { createConnection } from "./state/connection.ts";
import { behindDoor } from "./state/door.ts";
import { httpBackend } from "./state/http-backend.ts";
import { bringsCode, enterSession } from "./state/session.ts";
import "./styles.css";

applyTheme(chosenTheme());
const found = document.getElementById("page");
if (found === null) throw new Error("the document has no place for the page");
void begin(found);

/** No await of the module itself: a part that is loaded meanwhile needs this one to have ended. */
async function begin(place: HTMLElement): Promise<void> {
  const carried = document.getElementById("tutti-run");
  const reached = carried === null ? httpBackend : (await import("./state/file-backend.ts")).readCarriedRun(carried);
  const isLetIn = !bringsCode();
  const entering = enterSession(reached);
  // Who comes without a code mostly was let in before: then nothing waits for it that this is asked.
  const backend = isLetIn ? reached : behindDoor(reached, entering);
  const router = createPageRouter(backend.isOffline);
  const connection = createConnection(backend, runInAddress(router));
  loadScreen(router);
  createRoot(place).render(<App router={router} connection={connection} entering={entering} />);
}

// The page's beginning: lets the browser in, opens the stream, draws. An exported page carries its run instead.

import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { bringsCode, enterSession } from "./state/session.ts";
import { applyTheme, chosenTheme } from "./shell/theme.ts";
import { httpBackend } from "./state/http-backend.ts";
import "./styles.css";

applyTheme(chosenTheme());
const found = document.getElementById("page");
if (found === null) throw new Error("the document has no place for the page");
void begin(found);

/** No await of the module itself: a part that is loaded meanwhile needs this one to have ended. */
async function begin(place: HTMLElement): Promise<void> {
  const carried = document.getElementById("tutti-run");
  const backend = carried === null ? httpBackend : (await import("./state/file-backend.ts")).readCarriedRun(carried);
  const isLetIn = !bringsCode();
  const entering = enterSession(backend);
  // Who comes without a code mostly was let in before: the page begins while that is asked.
  const entered = isLetIn ? null : await entering;
  createRoot(place).render(<App backend={backend} entered={entered} entering={entering} />);
}

// The page's beginning: lets the browser in, opens the stream, draws.

import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { enterSession } from "./state/session.ts";
import { applyTheme, chosenTheme } from "./shell/theme.ts";
import { httpBackend } from "./state/http-backend.ts";
import "./styles.css";

applyTheme(chosenTheme());
const place = document.getElementById("page");
if (place === null) throw new Error("the document has no place for the page");
const entered = await enterSession(httpBackend);
createRoot(place).render(<App backend={httpBackend} entered={entered} />);

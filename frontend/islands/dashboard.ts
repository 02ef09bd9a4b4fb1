// The dashboard's one script: htmx for parts of pages, and islands that wake where the page asks for them.
import htmx from "htmx.org";
import "../styles/index.css";
import { wakeAnswers } from "./answer";
import { wakeBusy } from "./busy";
import { wakeCharts } from "./charts";
import { wakeChats } from "./chat";
import { wakeConfirm } from "./confirm";
import { wakeInbox } from "./inbox";
import { wakePasskeys } from "./passkey";
import { wakeShell, wakeToasts } from "./shell";
import { wakeTheme } from "./theme";
import { wakeUploads } from "./upload";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
htmx.config.allowEval = false; // nothing in the dashboard needs it, and the content security policy forbids it
htmx.config.includeIndicatorStyles = false; // a style element made by a script is refused by the policy

wakeShell();
wakeTheme();
wakeConfirm();
wakeBusy();
wakeInbox();
document.querySelector("[data-asked]")?.scrollIntoView({ block: "center" });
htmx.onLoad((element) => {
  const part = element as HTMLElement;
  wakeAnswers(part);
  wakeCharts(part);
  wakeUploads(part);
  wakeChats(part);
  wakePasskeys(part);
  wakeToasts(part);
});

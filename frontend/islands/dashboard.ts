// The dashboard's one script: htmx for parts of pages, and islands that wake where the page asks for them.
import htmx from "htmx.org";
import { wakeCharts } from "./charts";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
htmx.config.allowEval = false; // nothing in the dashboard needs it, and the content security policy forbids it
htmx.config.includeIndicatorStyles = false; // a style element made by a script is refused by the policy
htmx.onLoad((part) => wakeCharts(part as HTMLElement));

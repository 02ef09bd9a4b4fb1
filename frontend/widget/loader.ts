// The one script on the customer's page. Commands that were given before it came are run; a second copy does nothing.
import { start, type Api } from "./launcher";

const page = window as unknown as { Rapport?: Api };
const script = document.currentScript as HTMLScriptElement | null;
if (script && !page.Rapport?.on) {
  page.Rapport = Object.assign(start(script, page.Rapport?.q ?? []), { on: 1 as const });
}

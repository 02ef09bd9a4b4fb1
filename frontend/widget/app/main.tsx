// Starts the chat in its iframe: reads what the server wrote on the page, joins the parts, draws.
import { render } from "preact";
import { openSession, type ConsentText } from "./api";
import { languages } from "../languages";
import { App } from "./App";
import { Chat } from "./chat";
import type { FileRules } from "./attached";
import type { Hours } from "./hours";
import { readContext } from "./context";
import { HostPage } from "./host";
import { Keep } from "./keep";
import { applyColor, applyTheme, inkOn } from "./looks";
import { SessionHolder } from "./session";
import { Store } from "./store";
import "./style.css";
import { chooseTexts } from "./texts";

/** Written by the server: the key, its signed word for where the iframe stands, the page's origin as it was checked, whom one reaches, what the company says by itself, when people are there, and which files it takes. */
interface Boot {
  key: string;
  embed: string;
  host_origin: string;
  agent: { name: string; color: string };
  lines: Record<string, string>;
  hours: Hours | null;
  consent: ConsentText | null;
  files: FileRules | null;
}

const boot = JSON.parse(document.getElementById("boot")!.textContent!) as Boot;
const store = new Store();
const keep = new Keep(boot.key);
const [theme = "", ...flags] = location.hash.slice(1).split(",");
const texts = chooseTexts(languages(flags));
const willBeIdentified = flags.includes("id");
// A page that says nothing of its visitor may show somebody else by now: what an identified one did here is not for them.
if (!willBeIdentified && keep.get("session")?.is_identified) keep.clear();
const session = new SessionHolder(boot.key, boot.embed, keep, openSession, () => host.announce("identity:needed"));
let focusComposer = () => undefined as void;
let wantsFocus = false;
const focusOnce = () => {
  wantsFocus = store.state.phase !== "ready";
  if (!wantsFocus) setTimeout(focusComposer);
};
const host: HostPage = new HostPage(boot.host_origin, {
  onOpened: focusOnce,
  onIdentify: (token, carry) => void chat.identify(token, carry),
  onContext: (given) => chat.setContext(readContext(given)),
  onShutdown: () => void chat.shutdown(),
  onSay: (id) => chat.say(id),
});
const chat: Chat = new Chat({ store, session, keep, texts, lines: boot.lines, consent: boot.consent, announce: (name) => host.announce(name), reload: () => location.reload() });

document.documentElement.lang = texts.tag;
applyTheme(theme);
let painted = "";
const paint = (color = "") => {
  if (color === painted || !applyColor(color)) return;
  painted = color;
  host.look(color, inkOn(color));
};
store.subscribe(() => {
  paint(store.state.agent?.color);
  if (wantsFocus) focusOnce();
});
render(
  <App
    store={store}
    chat={chat}
    keep={keep}
    texts={texts}
    name={boot.agent.name}
    hours={boot.hours}
    consent={boot.consent}
    isFramed={host.isFramed && !flags.includes("inline")}
    onClose={() => host.close()}
    onMounted={(focus) => {
      focusComposer = focus;
    }}
  />,
  document.getElementById("app")!,
);
host.ready();
paint(keep.get("session")?.agent.color ?? boot.agent.color);
let isFiling = false;
/** Where no file is sent and none was, what it takes is not loaded. */
async function file(): Promise<void> {
  if (isFiling || !(boot.files || store.state.messages.some((message) => message.attachments?.length))) return;
  isFiling = true;
  try {
    const { Files } = await import("./filing");
    chat.files = new Files(store, session, texts.tag, boot.files, () => chat.ensureConversation());
    store.set({});
  } catch {
    isFiling = false; // without a network: at the next change
  }
}
store.subscribe(() => void file());
void file();
addEventListener("online", () => void chat.comeBack());
if (!willBeIdentified) void chat.open();

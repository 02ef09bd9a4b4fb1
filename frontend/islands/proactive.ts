// The page of proactive messages: the bubble as a visitor sees it, drawn by the widget's own code while one writes, and which
// messages belong to an address that one tries.
import "../styles/proactive.css";
import { addStyle, chooseWords, makeBubble } from "../widget/bubble";
import { isPlace } from "../widget/glob";
import { translated } from "./translated";

const stage = document.getElementById("preview")!;
const address = document.getElementById("address") as HTMLInputElement;
const belongs = document.getElementById("belongs")!;
const messages = [...document.querySelectorAll<HTMLElement>("[data-message]")];
const root = stage.attachShadow({ mode: "open" });
let shown = messages[0];

addStyle(root);
addLauncher();
for (const message of messages) {
  message.addEventListener("input", () => draw(message));
  message.addEventListener("focusin", () => draw(message));
}
address.addEventListener("input", look);
if (shown) draw(shown);

function field(message: HTMLElement, name: string): string {
  return message.querySelector<HTMLInputElement>(`[name=${name}]`)?.value.trim() ?? "";
}

function draw(message: HTMLElement): void {
  shown = message;
  root.querySelector("aside")?.remove();
  const text = field(message, "text");
  look();
  if (!text) return;
  const scheme = document.documentElement.dataset.theme ?? "";
  const nothing = () => undefined;
  const { element } = makeBubble(text, scheme, chooseWords(navigator.languages), { onTake: nothing, onClose: nothing });
  element.inert = true; // a picture: nothing in it is to be pressed
  root.prepend(element);
}

/** The launcher as the loader draws it, standing still. */
function addLauncher(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":host{--c:#3b5bdb}aside{position:absolute}i{position:absolute;right:20px;bottom:20px;width:56px;height:56px;border-radius:50%;background:var(--c);box-shadow:0 6px 24px #0003}",
  );
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  if (stage.dataset.color) stage.style.setProperty("--c", stage.dataset.color);
  root.append(document.createElement("i"));
}

function look(): void {
  const here = address.value.trim();
  if (!here) return void (belongs.textContent = "");
  if (!URL.canParse(here)) return void (belongs.textContent = translated("Write a whole address, with https://."));
  const found = messages.flatMap((message, at) => (field(message, "text") && isPlace(field(message, "url"), here) ? [at + 1] : []));
  belongs.textContent = found.length ? translated("Belongs there: message {numbers}.", { numbers: found.join(", ") }) : translated("No message belongs there.");
}

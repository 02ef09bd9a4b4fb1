// The bubble beside the launcher, drawn into the widget's shadow root: the company's text as text, a button over it and one
// that closes it. The dashboard's preview draws the same.

export const STYLE = `
aside{position:fixed;right:20px;bottom:90px;z-index:2147483646;box-sizing:border-box;max-width:min(300px,calc(100vw - 40px));padding:14px 18px;
border-radius:18px;background:#fff;color:#1a1d21;font:15px/1.45 system-ui,sans-serif;box-shadow:0 8px 32px #0003,0 1px 4px #0002}
:host([data-left]) aside{left:20px;right:auto}
aside.dark{background:#22262b;color:#f2f4f6}
@media(prefers-color-scheme:dark){aside:not(.light){background:#22262b;color:#f2f4f6}}
aside p{margin:0;padding-inline-end:26px;max-height:40dvh;overflow:hidden;overflow-wrap:anywhere;white-space:pre-line;text-align:start}
aside span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
aside button{position:absolute;inset:0!important;padding:0;border:0;cursor:pointer;width:auto;height:auto;border-radius:18px;background:none;box-shadow:none;color:inherit;transform:none!important;filter:none!important}
aside button+button{inset:4px 4px auto auto!important;width:32px;height:32px;border-radius:50%;font:20px/32px system-ui,sans-serif;opacity:.75}
aside:dir(rtl) button+button{inset:4px auto auto 4px!important}
aside button+button:hover{opacity:1;background:#8883}
@media(forced-colors:active){aside{border:1px solid}}
@media(prefers-reduced-motion:no-preference){aside{animation:r .2s ease-out}@keyframes r{from{opacity:0;transform:translateY(8px)}}}`;

export interface Words {
  open: string;
  close: string;
}

const WORDS: Record<string, Words> = {
  en: { open: "Answer in the chat", close: "Close message" },
  de: { open: "Im Chat antworten", close: "Nachricht schließen" },
};

/** In the first language of the visitor's that there is; else English. */
export function chooseWords(wanted: readonly string[]): Words {
  const found = wanted.map((tag) => tag.toLowerCase().split("-")[0]!).find((tag) => tag in WORDS);
  return WORDS[found ?? "en"]!;
}

export interface Taps {
  onTake: () => void;
  onClose: () => void;
}

/** The bubble, not yet on the page. `announce` it once it stands there: only then is it read out. */
export function makeBubble(text: string, theme: string, words: Words, taps: Taps): { element: HTMLElement; announce: () => void } {
  const element = document.createElement("aside");
  element.className = theme;
  const said = element.appendChild(document.createElement("p"));
  said.textContent = text;
  said.ariaHidden = "true"; // the button over it says it
  const status = element.appendChild(document.createElement("span"));
  status.setAttribute("role", "status");
  element.dir = "auto";
  const take = element.appendChild(document.createElement("button"));
  take.setAttribute("aria-label", `${words.open}: ${text}`);
  const close = element.appendChild(document.createElement("button"));
  close.setAttribute("aria-label", words.close);
  close.textContent = "×";
  take.type = close.type = "button";
  take.onclick = taps.onTake;
  close.onclick = taps.onClose;
  element.onkeydown = (event) => {
    if (event.key === "Escape") taps.onClose();
  };
  return { element, announce: () => (status.textContent = text) };
}

/** Works under any style-src of the customer's page; browsers before 2023 take a style element. */
export function addStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    root.appendChild(document.createElement("style")).textContent = STYLE;
  }
}

// `<form data-confirm="…?">` asks before it sends, in a dialog of the house. Without scripts the form sends at once.
import { translated } from "./translated";

let asking: HTMLFormElement | null = null;

/** Wire the question once for all forms, those that come later too. */
export function wakeConfirm(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.dataset.confirm || form === asking) return;
    event.preventDefault();
    ask(form);
  });
}

function ask(form: HTMLFormElement): void {
  const isGrave = form.querySelector(".button--danger") !== null;
  const dialog = build(form.dataset.confirm ?? "", isGrave ? "button--danger" : "button--primary");
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") {
      // A list that renews itself may have dropped the form since it was asked about; only one in the page sends.
      if (!form.isConnected) document.body.append(form);
      asking = form;
      form.requestSubmit();
      asking = null;
    }
    dialog.remove();
  });
  dialog.showModal();
}

function build(question: string, look: string): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const form = document.createElement("form");
  form.method = "dialog";
  const body = document.createElement("div");
  body.className = "dialog__body";
  body.textContent = question;
  const actions = document.createElement("div");
  actions.className = "dialog__actions";
  actions.append(button(translated("Cancel"), "no", ""), button(translated("Yes, do it"), "yes", look));
  form.append(body, actions);
  dialog.append(form);
  return dialog;
}

function button(label: string, value: string, look: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.className = `button ${look}`.trim();
  made.value = value;
  made.textContent = label;
  return made;
}

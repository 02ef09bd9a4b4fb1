// `<form data-busy="Asking…">` says that it is at work while the server is: its button rests, and a bar moves.

/** Wire all forms once, those that come later too. */
export function wakeBusy(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.busy && !event.defaultPrevented) work(form, form.dataset.busy);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("[data-working]").forEach((each) => each.remove());
  });
}

function work(form: HTMLFormElement, words: string): void {
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (button) setTimeout(() => (button.disabled = true)); // after the browser has read what is sent
  const said = document.createElement("p");
  said.className = "row small soft";
  said.role = "status";
  said.dataset.working = "";
  const bar = document.createElement("progress");
  bar.className = "progress";
  bar.ariaLabel = words;
  said.append(bar, words);
  form.append(said);
}

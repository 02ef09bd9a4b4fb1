// The page of the consent text: the words as visitors read them, while one writes.
import "../styles/consent.css";

const stage = document.getElementById("consent-preview")!;
const text = document.getElementById("consent-text") as HTMLTextAreaElement;
const link = document.getElementById("consent-link") as HTMLInputElement;
const none = document.getElementById("consent-none")!;
const show = () => {
  stage.hidden = !text.value.trim();
  none.hidden = !stage.hidden;
  stage.querySelector("[data-text]")!.textContent = text.value.trim();
  stage.querySelector<HTMLElement>("[data-link]")!.hidden = !link.value.trim();
};
text.addEventListener("input", show);
link.addEventListener("input", show);
show();

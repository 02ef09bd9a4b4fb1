// Light, dark, or as the system says. The choice is a cookie, so that the server draws the next page right at once.
const YEAR_SECONDS = 31_536_000;

type Choice = "light" | "dark" | "system";

/** Wire the switch; charts listen for "themechange" to take the new colours. */
export function wakeTheme(): void {
  show(current());
  document.addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[data-theme-choice]");
    if (option) choose(option.dataset.themeChoice as Choice);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);
}

function current(): Choice {
  return (document.documentElement.dataset.theme as Choice | undefined) || "system";
}

function choose(choice: Choice): void {
  const age = choice === "system" ? 0 : YEAR_SECONDS;
  document.cookie = `theme=${choice}; path=/; max-age=${age}; samesite=lax`;
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  show(choice);
  announce();
}

function show(choice: Choice): void {
  for (const option of document.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
    option.setAttribute("aria-pressed", String(option.dataset.themeChoice === choice));
  }
}

function announce(): void {
  document.dispatchEvent(new Event("themechange"));
}

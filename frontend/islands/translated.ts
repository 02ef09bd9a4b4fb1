// What scripts say, in the page's language: `translated("Copied")`. The page brings what its catalogue has for the sentences of
// frontend/script_words.py; English pages bring nothing. `{name}` in a sentence is replaced.
let sentences: Record<string, string> | undefined;

export function translated(text: string, held: Record<string, string | number> = {}): string {
  sentences ??= JSON.parse(globalThis.document?.getElementById("sentences")?.textContent ?? "{}") as Record<string, string>;
  return (sentences[text] ?? text).replace(/\{(\w+)\}/g, (_, name: string) => String(held[name]));
}

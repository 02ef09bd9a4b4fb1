// In which languages a visitor is spoken to, best first: the page's word (the flag "lang=de" of a frame's address) comes
// before the browser's.

export function languages(flags: readonly string[]): string[] {
  const said = flags.filter((flag) => flag.startsWith("lang=")).map((flag) => flag.slice(5));
  return [...said, ...navigator.languages];
}

// The page of office hours: the week's fields count only while people are there at certain times.
import "../styles/hours.css";

const limited = document.querySelector<HTMLInputElement>("[name=limited]")!;
const week = document.querySelector<HTMLElement>(".week")!;
const show = () => (week.inert = !limited.checked);
limited.addEventListener("change", show);
show();

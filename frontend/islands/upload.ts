// Files dropped or chosen are sent one after the other, each with its own bar; the board below shows what becomes of them.
// Without this script the same form sends them all at once.
import { translated } from "./translated";

interface Received {
  name: string;
  unchanged: boolean;
  error: string;
}

/** Wire every upload form inside `part`. */
export function wakeUploads(part: ParentNode): void {
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-upload]:not([data-awake])")) wake(form);
}

function wake(form: HTMLFormElement): void {
  form.dataset.awake = "";
  const input = form.querySelector<HTMLInputElement>("input[type=file]")!;
  const drop = form.querySelector<HTMLElement>(".drop")!;
  input.addEventListener("change", () => {
    void sendAll(form, [...(input.files ?? [])]);
    input.value = "";
  });
  for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, (event) => over(event, drop));
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => delete drop.dataset.over);
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    void sendAll(form, [...(event.dataTransfer?.files ?? [])]);
  });
}

function over(event: Event, drop: HTMLElement): void {
  event.preventDefault();
  drop.dataset.over = "";
}

async function sendAll(form: HTMLFormElement, files: File[]): Promise<void> {
  const rows = files.map((file) => addRow(form, file));
  for (const [at, file] of files.entries()) {
    await send(form, file, rows[at]!);
    document.body.dispatchEvent(new CustomEvent("board:refresh"));
  }
}

interface Row {
  item: HTMLElement;
  bar: HTMLProgressElement;
  note: HTMLElement;
}

function addRow(form: HTMLFormElement, file: File): Row {
  const item = document.createElement("li");
  const note = document.createElement("span");
  const bar = document.createElement("progress");
  item.className = "job small";
  note.textContent = `${file.name}: ${translated("waiting")}`;
  bar.className = "progress";
  bar.max = Math.max(file.size, 1);
  bar.value = 0;
  item.append(note, bar);
  form.querySelector("[data-upload-list]")!.append(item);
  return { item, bar, note };
}

/** XMLHttpRequest, because fetch tells nothing of how far an upload is. */
function send(form: HTMLFormElement, file: File, row: Row): Promise<void> {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value);
  body.append("files", file);
  row.note.textContent = `${file.name}: ${translated("sending")}`;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => (row.bar.value = event.loaded);
    request.onloadend = () => {
      finish(row, file, request);
      resolve();
    };
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  });
}

function finish(row: Row, file: File, request: XMLHttpRequest): void {
  const answer = request.status === 200 ? (JSON.parse(request.responseText) as { received: Received[] }).received[0] : null;
  if (answer && !answer.error) {
    row.bar.value = row.bar.max;
    row.note.textContent = `${file.name}: ${translated(answer.unchanged ? "was here already, unchanged" : "received")}`;
    setTimeout(() => row.item.remove(), answer.unchanged ? 6000 : 2500);
    return;
  }
  row.bar.classList.add("progress--bad");
  row.note.textContent = answer?.error ?? `${file.name}: ${translated("did not arrive. Check the connection and send it again.")}`;
}

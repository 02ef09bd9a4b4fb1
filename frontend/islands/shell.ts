// The frame's small movements: the drawer on phones, toasts, dialogs, copy buttons.
import { translated } from "./translated";

/** Wire everything by one listener, so that parts that come later by htmx work too. */
export function wakeShell(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeDrawer();
  });
  wakeToasts(document);
}

/** Toasts leave by themselves; errors stay until they are dismissed. */
export function wakeToasts(part: ParentNode): void {
  for (const toast of part.querySelectorAll<HTMLElement>("[data-toast]:not([data-stays])")) {
    setTimeout(() => toast.remove(), 6000);
  }
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  if (target.closest("[data-drawer-open]")) openDrawer();
  else if (target.closest("[data-drawer-close]")) closeDrawer();
  target.closest("[data-toast-close]")?.closest("[data-toast]")?.remove();
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener) dialog(opener.dataset.dialog)?.showModal();
  if (target.closest("[data-dialog-close]") || target instanceof HTMLDialogElement) target.closest("dialog")?.close();
  const copier = target.closest<HTMLElement>("[data-copy]");
  if (copier) void copy(copier);
}

function dialog(id: string | undefined): HTMLDialogElement | null {
  return document.getElementById(id ?? "") as HTMLDialogElement | null;
}

function openDrawer(): void {
  document.body.dataset.drawer = "open";
  document.querySelector<HTMLElement>(".sidebar a")?.focus();
}

function closeDrawer(): void {
  delete document.body.dataset.drawer;
}

async function copy(button: HTMLElement): Promise<void> {
  const text = document.getElementById(button.dataset.copy ?? "")?.textContent ?? "";
  const label = button.querySelector("span");
  const before = label?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text.trim());
    if (label) label.textContent = translated("Copied");
  } catch {
    if (label) label.textContent = translated("Select and copy");
  }
  setTimeout(() => label && (label.textContent = before), 2000);
}

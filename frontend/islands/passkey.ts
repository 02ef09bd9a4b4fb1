// Passkeys: `<form data-passkey="create|use">` asks the browser for one, and sends what it says in the field `credential`.
// The server's options are in the JSON element that `data-options` names, or at the address that `data-options-from` names.
import { translated } from "./translated";

type Encoded = Record<string, unknown>;

/** Wire the forms of this part of the page. Where there are no passkeys, the forms say so. */
export function wakePasskeys(part: ParentNode): void {
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      if (field(form).value) return; // asked already: this is the sending
      event.preventDefault();
      void run(form);
    });
  }
}

async function run(form: HTMLFormElement): Promise<void> {
  say(form, "");
  try {
    if (!window.PublicKeyCredential) throw new DOMException("", "NotSupportedError");
    const options = await optionsOf(form);
    const credential = form.dataset.passkey === "create" ? await create(form, options) : await use(options);
    field(form).value = JSON.stringify(credential);
    form.requestSubmit();
  } catch (error) {
    say(form, words(error));
  }
}

async function optionsOf(form: HTMLFormElement): Promise<Encoded> {
  const address = form.dataset.optionsFrom;
  if (!address) return JSON.parse(document.getElementById(form.dataset.options ?? "")?.textContent ?? "{}") as Encoded;
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Encoded;
}

async function create(form: HTMLFormElement, data: Encoded): Promise<Encoded> {
  const publicKey = decoded((data.creation_options as Encoded).publicKey) as unknown as PublicKeyCredentialCreationOptions;
  const isAlone = form.querySelector<HTMLInputElement>("input[name=passwordless]")?.checked ?? false;
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: isAlone ? "required" : "discouraged",
    requireResidentKey: isAlone,
    userVerification: isAlone ? "required" : "preferred",
  };
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...common(made),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

async function use(data: Encoded): Promise<Encoded> {
  const publicKey = decoded((data.request_options as Encoded).publicKey) as unknown as PublicKeyCredentialRequestOptions;
  const found = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = found.response as AuthenticatorAssertionResponse;
  return {
    ...common(found),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    },
  };
}

function common(credential: PublicKeyCredential): Encoded {
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

/** The options with their bytes: the challenge, the person's id, and the ids of keys come as base64url. */
function decoded(options: unknown): Encoded {
  const { challenge, user, excludeCredentials, allowCredentials, ...rest } = options as Encoded;
  const keys = (list: unknown) => ((list ?? []) as Encoded[]).map((each) => ({ ...each, id: toBytes(each.id) }));
  return {
    ...rest,
    challenge: toBytes(challenge),
    ...(user ? { user: { ...user, id: toBytes((user as Encoded).id) } } : {}),
    ...(excludeCredentials ? { excludeCredentials: keys(excludeCredentials) } : {}),
    ...(allowCredentials ? { allowCredentials: keys(allowCredentials) } : {}),
  };
}

export function toBytes(text: unknown): Uint8Array {
  const plain = String(text).replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
}

export function toText(bytes: ArrayBuffer): string {
  const plain = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return plain.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function words(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotSupportedError") return translated("This browser has no passkeys. Use another way to sign in.");
  if (name === "InvalidStateError") return translated("This device has a passkey for your account already.");
  if (name === "NotAllowedError") return translated("Nothing was chosen, or it took too long. Try once more.");
  return translated("That did not work. Reload the page and try once more.");
}

function say(form: HTMLFormElement, text: string): void {
  const place = form.querySelector<HTMLElement>("[data-passkey-says]");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

function field(form: HTMLFormElement): HTMLInputElement {
  return form.querySelector<HTMLInputElement>("input[name=credential]")!;
}

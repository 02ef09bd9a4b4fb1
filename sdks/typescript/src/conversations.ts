// Questions and their answers: what `ConversationsResource` has, and `ask`, `stream` and `follow`.

import { follow, type Answer, type AnswerEvent } from "./answers.js";
import { newId, type CallOptions } from "./calls.js";
import { AnswerFailedError, UnexpectedAnswerError } from "./errors.js";
import { ConversationsResource, type ContactRequest } from "./generated.js";

/** Who asks: your own id of the customer, or more of them; or which conversation goes on. */
export type Who = { contact: string | ContactRequest } | { conversationId: string };

export class Conversations extends ConversationsResource {
  /** Ask, and wait for the whole answer. Throws AnswerFailedError. */
  async ask(agentId: string, text: string, who: Who, options: CallOptions = {}): Promise<Answer> {
    let ids = { conversationId: "", turnId: "" };
    for await (const event of this.stream(agentId, text, who, options)) {
      if (event.type === "started") ids = { conversationId: event.conversationId, turnId: event.turnId };
      if (event.type === "done") {
        return { ...ids, text: event.message.text, citations: event.message.citations, message: event.message };
      }
    }
    throw new UnexpectedAnswerError("The answer ended without its last event.");
  }

  /** Ask, and see the answer while it is written. A connection that breaks is taken up where it broke. */
  async *stream(
    agentId: string,
    text: string,
    who: Who,
    options: CallOptions = {},
  ): AsyncGenerator<AnswerEvent, void, undefined> {
    const keyed = { idempotencyKey: newId(), ...options };
    const conversationId = "conversationId" in who ? who.conversationId : await this.begin(agentId, who.contact, keyed);
    const posted = await this.postMessage(conversationId, { text }, keyed);
    const turnId = posted.turn_id;
    if (turnId === null) {
      const message = "A person has this conversation: the message is kept for them.";
      throw new AnswerFailedError("conversation_held", message, "");
    }
    yield { type: "started", conversationId, turnId };
    yield* this.follow(turnId, "", options);
  }

  /** The events of an answer from its beginning, or `after` an event's id. */
  follow(turnId: string, after = "", options: CallOptions = {}): AsyncGenerator<AnswerEvent, void, undefined> {
    return follow(this.transport, turnId, after, options);
  }

  private async begin(agentId: string, contact: string | ContactRequest, options: CallOptions): Promise<string> {
    const named = typeof contact === "string" ? { external_id: contact } : contact;
    return (await this.start({ agent_id: agentId, contact: named }, options)).id;
  }
}

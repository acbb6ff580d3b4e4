/** HTML whose values can't become markup. */
import type { FastifyReply } from "fastify";

/** Text that is HTML already. Only the tag function makes it, so no text of a visitor's gets here unescaped. */
export class Html {
    constructor(readonly text: string) {}
}

/** What may stand in a template. */
export type Value = string | number | Html | Value[] | undefined;

/** A template: what is put into it is escaped, unless it is a template itself. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
    return new Html(String.raw({ raw: strings }, ...values.map(render)));
}

/** Answers with a page. */
export function sendPage(reply: FastifyReply, page: Html): FastifyReply {
    return reply.type("text/html; charset=utf-8").send(page.text);
}

function render(value: Value): string {
    if (value instanceof Html) {
        return value.text;
    }
    return Array.isArray(value) ? value.map(render).join("") : escapeText(String(value ?? ""));
}

/** Also right within a quoted attribute. */
function escapeText(text: string): string {
    return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

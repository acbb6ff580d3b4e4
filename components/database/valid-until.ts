/** Until when a password is good. Pure; no Pulumi import. */

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})$/;

/** What is wrong with a point in time, or undefined. */
export function timeFault(text: string): string | undefined {
    return typeof text === "string" && ISO_TIME.test(text) && isRealDay(text) && !Number.isNaN(Date.parse(text))
        ? undefined
        : `must be a point in time with its zone (ISO 8601), is ${JSON.stringify(text)}; write for example "2027-01-31T00:00:00Z", in YAML with the quotes`;
}

/** The time as a server whose zone is UTC shows it: in any other form each update would find a difference. */
export function validUntil(text: string): string {
    return `${new Date(text).toISOString().slice(0, 19).replace("T", " ")}+00`;
}

/** JavaScript takes the 30th of February for a day in March. */
function isRealDay(text: string): boolean {
    const day = text.slice(0, 10);
    return new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day;
}

/** HTTP as a host outside the cluster speaks it. */
import { runOn, type TestHost } from "../../../sandbox/cluster";

/** An answer. */
export interface HttpAnswer {
    status: number;
    /** Values by lower-case name. */
    headers: Record<string, string[]>;
    body: string;
}

/**
 * Asks with curl, and fails with curl's reason where there is no answer. With an address it goes there, whatever host
 * the URL names.
 */
export async function httpRequest(
    from: TestHost,
    url: string,
    args: string[] = [],
    address?: string,
): Promise<HttpAnswer> {
    const { hostname } = new URL(url);
    const places = [80, 443].flatMap((port) => ["--resolve", `${hostname}:${port}:${address}`]);
    const fixed = ["--silent", "--show-error", "--include", "--max-time", "15", ...(address ? places : [])];
    return parse(await runOn(from, "curl", [...fixed, ...args, url]));
}

/** The last answer: one that only says "Continue" comes before. */
function parse(output: string): HttpAnswer {
    const text = output.replace(/\r\n/g, "\n").replace(/^(HTTP\/\S+ 100.*\n\n)+/, "");
    const end = text.indexOf("\n\n");
    const [statusLine = "", ...lines] = (end < 0 ? text : text.slice(0, end)).split("\n");
    const headers: Record<string, string[]> = {};
    for (const line of lines) {
        const colon = line.indexOf(":");
        const name = line.slice(0, colon).toLowerCase();
        headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()];
    }
    return { status: Number(statusLine.split(" ")[1]), headers, body: end < 0 ? "" : text.slice(end + 2) };
}
